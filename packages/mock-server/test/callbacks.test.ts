import type { Dialect } from "@klingkit/spec";
import contract from "@klingkit/spec/openapi.json" with { type: "json" };
import Ajv2020 from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { hook, receiving } from "./callbacks-kit.js";
import { ask } from "./helpers.js";

const ajv = new Ajv2020.default({ strict: false, validateFormats: false });
ajv.addSchema(contract, "contract");
const isCallback = ajv.compile({ $ref: "contract#/components/schemas/TaskCallback" });

describe.each(["cometapi", "kling"] satisfies Dialect[])("callbacks in the dialect %s", (dialect) => {
  it("come at each change of status, in the contract's shape, with the task's own times", async () => {
    const { mock, arrivals, submit, push, statuses } = receiving({ dialect });
    const { task_id } = await submit();
    await mock.callbacks.settled();
    expect(statuses()).toEqual(["submitted"]);
    await push(1_200);
    expect(statuses()).toEqual(["submitted", "processing"]);
    await push(10_000);
    expect(statuses()).toEqual(["submitted", "processing", "succeed"]);
    for (const { url, body } of arrivals) {
      expect(url).toBe(hook);
      expect(isCallback(body), JSON.stringify([body, isCallback.errors])).toBe(true);
      expect(body).toMatchObject({ task_id, task_status_msg: "" });
    }
    const task = mock.tasks.byId(task_id);
    expect(arrivals.map(({ body }) => body.updated_at)).toEqual([
      task?.plan.createdAt,
      task?.plan.startsAt,
      task?.plan.endsAt,
    ]);
    expect(arrivals.at(-1)?.body).toHaveProperty("task_result.videos.0.url");
  });

  it("say why a task failed", async () => {
    const { arrivals, submit, push } = receiving({ dialect });
    await submit("scenario=risk-control");
    await push(20_000);
    expect(arrivals.at(-1)?.body).toMatchObject({ task_status: "failed", task_result: {} });
    expect(arrivals.at(-1)?.body.task_status_msg).not.toBe("");
  });

  it("have no end where the task has none", async () => {
    const { mock, submit, push, statuses } = receiving({ dialect });
    await submit("scenario=stuck");
    await push(1e9);
    expect(statuses()).toEqual(["submitted", "processing"]);
    expect(mock.callbacks.pending).toBe(0);
  });
});

describe("the fields of a callback", () => {
  const own = { external_task_id: "shot-042", watermark_info: { enabled: true } };
  const small = ["created_at", "task_id", "task_result", "task_status", "task_status_msg", "updated_at"];
  const full = [...small, "final_balance_deduction", "final_unit_deduction", "task_info"].sort();

  it.each([
    ["cometapi", undefined, small],
    ["cometapi", "full", full],
    ["kling", undefined, full],
    ["kling", "2024", small],
  ] as const)("are in the dialect %s with callbackFields %s the documented ones", async (dialect, choice, expected) => {
    const { arrivals, submit, push } = receiving({ dialect, ...(choice ? { callbackFields: choice } : {}) });
    await submit("", own);
    await push(20_000);
    const last = arrivals.at(-1)?.body ?? {};
    expect(Object.keys(last).sort()).toEqual(expected);
    expect(JSON.stringify(last.task_result)).not.toContain("watermark_url");
    if (expected === full) expect(last.task_info).toEqual({ external_task_id: "shot-042" });
  });

  it("leave out sounds", async () => {
    const { mock, arrivals, push } = receiving({ dialect: "kling" });
    const body = { prompt: "rain", duration: 5, callback_url: hook };
    await ask(mock.fetch, "POST", "/v1/audio/text-to-audio", { body });
    await push(20_000);
    expect(arrivals.at(-1)?.body).toMatchObject({ task_status: "succeed", task_result: {} });
  });
});

describe("a request", () => {
  it("without callback_url is told to nobody", async () => {
    const { mock, submit, push, arrivals } = receiving();
    await submit("", { callback_url: "" });
    await push(20_000);
    expect(arrivals).toEqual([]);
    expect(mock.callbacks.deliveries).toEqual([]);
  });

  it("can go without the callback for submitted", async () => {
    const { submit, push, statuses } = receiving({ callbackOnSubmitted: false });
    await submit();
    await push(20_000);
    expect(statuses()).toEqual(["processing", "succeed"]);
  });
});

describe("a callback's fault", () => {
  it("duplicate sends each twice under one webhook-id", async () => {
    const { arrivals, submit, push, statuses } = receiving({ callbackSecret: "whsec_AAAA" });
    await submit("callback-fault=duplicate");
    await push(20_000);
    expect(statuses()).toEqual(["submitted", "submitted", "processing", "processing", "succeed", "succeed"]);
    const ids = arrivals.map(({ headers }) => headers.get("webhook-id"));
    expect(new Set(ids).size).toBe(3);
    expect(ids[4]).toBe(ids[5]);
  });

  it("reordered tells the end before what came before it", async () => {
    const { submit, push, statuses } = receiving();
    await submit("callback-fault=reordered");
    await push(5_000);
    expect(statuses()).toEqual(["submitted"]);
    await push(10_000);
    expect(statuses()).toEqual(["submitted", "succeed", "processing"]);
  });

  it("reordered tells one change as it comes where there is no second one", async () => {
    const { submit, push, statuses } = receiving({ callbackOnSubmitted: false });
    await submit("callback-fault=reordered, scenario=stuck");
    await push(15_000);
    expect(statuses()).toEqual(["processing"]);
  });

  it("late tells everything a minute later, with the times it happened at", async () => {
    const { mock, arrivals, submit, push } = receiving();
    const { task_id } = await submit("callback-fault=late");
    await push(59_000);
    expect(arrivals).toEqual([]);
    await push(20_000);
    expect(arrivals.map(({ body }) => body.updated_at)).toContain(mock.tasks.byId(task_id)?.plan.endsAt);
  });

  it("dropped sends nothing and says so in the log", async () => {
    const { mock, arrivals, submit, push } = receiving();
    await submit("callback-fault=dropped");
    await push(20_000);
    expect(arrivals).toEqual([]);
    expect(mock.callbacks.deliveries).toHaveLength(3);
    expect(mock.callbacks.deliveries[0]).toMatchObject({ outcome: "dropped", answerStatus: null, fault: "dropped" });
  });

  it("wrong-id tells an id that nobody was given", async () => {
    const { mock, arrivals, submit, push } = receiving();
    const { task_id } = await submit("callback-fault=wrong-id");
    await push(20_000);
    expect(arrivals).toHaveLength(3);
    for (const { body } of arrivals) {
      expect(body.task_id).not.toBe(task_id);
      expect(mock.tasks.byId(String(body.task_id))).toBeUndefined();
    }
    expect(mock.callbacks.deliveries[0]?.taskId).toBe(task_id);
  });

  it("can be asked for in a prompt, and an unknown one is refused with the known names", async () => {
    const { mock, submit, push, statuses } = receiving();
    await submit("", { prompt: "a cat [[callback-fault=duplicate]]" });
    await push(20_000);
    expect(statuses()).toHaveLength(6);
    const answer = await ask(mock.fetch, "GET", "/kling/v1/videos/image2video/1", {
      headers: { prefer: "callback-fault=typo" },
    });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain("duplicate, reordered, late, dropped, wrong-id");
  });
});

describe("a task that is moved by hand", () => {
  it("is told at each move, once, and no more at the times it would have had", async () => {
    const { mock, submit, push, statuses, arrivals } = receiving();
    const { task_id } = await submit();
    await push(500);
    mock.tasks.fail(task_id, "by hand");
    await mock.callbacks.settled();
    expect(statuses()).toEqual(["submitted", "failed"]);
    expect(arrivals.at(-1)?.body).toMatchObject({ task_status_msg: "by hand", updated_at: mock.clock.now() });
    await push(60_000);
    expect(statuses()).toHaveLength(2);
    expect(mock.callbacks.pending).toBe(0);
  });

  it("waits without anything in the schedule where only a hand moves it", async () => {
    const { mock, submit, push, statuses } = receiving({ progress: "manual" });
    const { task_id } = await submit();
    await push(1e9);
    expect(statuses()).toEqual(["submitted"]);
    expect(mock.callbacks.pending).toBe(0);
    for (let step = 0; step < 2; step += 1) {
      mock.tasks.advance(task_id);
      await mock.callbacks.settled();
    }
    expect(statuses()).toEqual(["submitted", "processing", "succeed"]);
  });
});

describe("the control API", () => {
  it("shows the log and what is to come, and every send is an event", async () => {
    const { mock, submit, push } = receiving();
    const events: unknown[] = [];
    mock.events.subscribe(({ type }) => {
      if (type === "callback") events.push(type);
    });
    await submit();
    await push(2_000);
    const { body } = await ask(mock.fetch, "GET", "/__mock/callbacks");
    expect(body).toMatchObject({ pending: 1, deliveries: [{ status: "submitted" }, { status: "processing" }] });
    expect(events).toHaveLength(2);
  });
});
