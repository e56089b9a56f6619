import { scenarios } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const path = image2video.cometapi;

async function finished(scenario: string, options = {}) {
  const mock = frozenMock(options);
  const { task_id } = taskOf(
    await ask(mock.fetch, "POST", path, { body: minimal, headers: { prefer: `scenario=${scenario}` } }),
  );
  mock.clock.advance(10_500);
  return { mock, task: taskOf(await ask(mock.fetch, "GET", `${path}/${task_id}`)) };
}

const addressIn = ({ task_result }: Record<string, unknown>) =>
  (task_result as { videos: { url: string }[] }).videos[0]?.url ?? "";

describe("words for an end", () => {
  it.each(["succeeded", "SUCCEED", "completed", "FAILED", "fail", "cancelled", "expired", "EXPIRED"])(
    "as gateways have them: %s",
    async (word) => {
      const name = word === "succeeded" ? "succeeded-alias" : `ends-as-${word}`;
      const { mock, task } = await finished(name);
      const isGood = /^(succe|compl)/i.test(word);
      expect(task.task_status).toBe(word);
      expect(JSON.stringify(task)).toMatch(isGood ? /\.mp4/ : /"task_status_msg":""/);
      expect(mock.ledger.charges).toMatchObject([{ state: isGood ? "charged" : "released" }]);
    },
  );

  it("are scenarios of their own, none of them documented words", () => {
    const names = Object.keys(scenarios).filter((name) => name.startsWith("ends-as-"));
    expect(names.length).toBeGreaterThan(8);
    expect(names).not.toContain("ends-as-succeed");
  });
});

describe("a task that succeeded", () => {
  it("can have nothing in its result", async () => {
    const { task } = await finished("succeed-without-result");
    expect(task).toMatchObject({ task_status: "succeed", task_result: {} });
  });

  it.each([
    ["results-forbidden", 403],
    ["results-missing", 404],
  ])("can have addresses that answer otherwise, for ever or for a while: %s", async (scenario, status) => {
    const forever = await finished(scenario);
    forever.mock.clock.advance(24 * 3_600_000);
    expect((await forever.mock.fetch(addressIn(forever.task))).status).toBe(status);

    const { mock, task } = await finished(`${scenario}, lag=60000`);
    expect((await mock.fetch(addressIn(task))).status).toBe(status);
    mock.clock.advance(60_000);
    expect((await mock.fetch(addressIn(task))).status).toBe(200);
  });
});

describe("small numeric ids", () => {
  it("hide no task of another account or family whose own id is the same number", async () => {
    const mock = frozenMock({ ids: "small" });
    const create = (path: string, body: object, key: string) =>
      ask(mock.fetch, "POST", path, { body: { ...minimal, ...body }, headers: { authorization: `Bearer ${key}` } });
    expect(taskOf(await create(image2video.cometapi, {}, "first")).task_id).toBe(1);
    const text = { prompt: "a boat", external_task_id: "1" };
    await create("/kling/v1/videos/text2video", text, "first");
    await create(image2video.cometapi, { external_task_id: "1" }, "second");
    const found = async (path: string, key: string) =>
      taskOf(await ask(mock.fetch, "GET", `${path}/1`, { headers: { authorization: `Bearer ${key}` } }))?.task_id;
    expect(await found(image2video.cometapi, "first")).toBe(1);
    expect(await found("/kling/v1/videos/text2video", "first")).toBe(2);
    expect(await found(image2video.cometapi, "second")).toBe(3);
  });

  it("are numbers from 1, by which tasks and their files are found", async () => {
    const { mock, task } = await finished("succeed", { ids: "small" });
    expect(task.task_id).toBe(1);
    expect((await mock.fetch(addressIn(task))).status).toBe(200);
    expect(taskOf(await ask(mock.fetch, "POST", path, { body: minimal })).task_id).toBe(2);
    const again = frozenMock({ ids: "small" });
    again.restore(mock.snapshot());
    expect(taskOf(await ask(again.fetch, "POST", path, { body: minimal })).task_id).toBe(3);
  });
});
