import { taskEnds, taskFailures } from "@klingkit/spec/catalogue";
import { describe, expect, it } from "vitest";
import { magicKeys } from "../src/engine/magic-keys.js";
import { scenarios } from "../src/engine/scenarios.js";
import { ask, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const path = image2video.cometapi;

/** A task of a scenario: its status while it runs, its end, and when it starts. */
async function told(scenario: string) {
  const mock = frozenMock();
  const body = { ...minimal, prompt: `[[scenario=${scenario}]]` };
  const { task_id } = taskOf(await ask(mock.fetch, "POST", path, { body }));
  const get = async () => taskOf(await ask(mock.fetch, "GET", `${path}/${task_id}`));
  const { plan } = mock.tasks.byId(task_id) ?? expect.fail("There is no task.");
  mock.clock.advance(plan.startsAt - plan.createdAt);
  const running = await get();
  mock.clock.advance(3_600_000);
  return { startsAfterMs: plan.startsAt - plan.createdAt, running, end: await get() };
}

describe("a scenario", () => {
  it.each(taskFailures.map(({ name, text }) => [name, text]))(
    "%s ends as a failure that says so",
    async (name, text) => {
      const { running, end } = await told(name);
      expect(running.task_status).toBe("processing");
      expect(end).toMatchObject({ task_status: "failed", task_status_msg: text });
      expect(scenarios[name]?.description).toBe(
        text === "" ? "The task fails without a reason." : `The task fails: "${text}"`,
      );
    },
  );

  const words = Object.entries(taskEnds).flatMap(([end, { words: known }]) =>
    known.map((word) => [end, word] as const),
  );
  const others = [...words, ["succeeded", "SUCCEED"], ["failed", "FAILED"], ["expired", "EXPIRED"]] as const;
  it.each(others.filter(([, word]) => !["succeed", "succeeded", "failed"].includes(word)))(
    "of the end %s can have the word %s for it",
    async (end, word) => {
      const { end: ended } = await told(`ends-as-${word}`);
      expect(ended.task_status).toBe(word);
      expect("videos" in ((ended.task_result ?? {}) as object)).toBe(end === "succeeded");
      expect(scenarios[`ends-as-${word}`]?.description).toContain(`\`${word}\``);
    },
  );

  it.each([
    ["succeed", "processing", "succeed"],
    ["succeeded-alias", "processing", "succeeded"],
    ["unknown-status", "queueing", "succeed"],
    ["slow-start", "processing", "succeed"],
    ["stuck", "processing", "processing"],
    ["results-forbidden", "processing", "succeed"],
    ["results-missing", "processing", "succeed"],
  ])("%s is %s, then %s", async (scenario, running, end) => {
    const one = await told(scenario);
    expect([one.running.task_status, one.end.task_status]).toEqual([running, end]);
    const usual = (await told("succeed")).startsAfterMs;
    expect(Math.round(one.startsAfterMs / usual)).toBe(scenario === "slow-start" ? 20 : 1);
  });

  it("can have an end without a result", async () => {
    const { end } = await told("succeed-without-result");
    expect(end.task_status).toBe("succeed");
    expect(JSON.stringify(end.task_result ?? {})).not.toContain("http");
  });

  it("has one name among all, and each, as each magic key, says what it does", () => {
    const names = Object.keys(scenarios);
    expect(names.filter((name) => /^ends-as-(succeed|succeeded|failed)$/.test(name))).toEqual([]);
    for (const { description } of [...Object.values(scenarios), ...Object.values(magicKeys)])
      expect(description).toMatch(/^[A-Z`].{10,}[."]$/);
  });
});
