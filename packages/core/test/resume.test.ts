import { InputError, memoryTaskStore, RefusedError, SubmitOutcomeUnknownError, type TaskRecord } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { answer, failure, refusal, standing, success, TestClock, taskId, world } from "./helpers.js";

const handle = { family: "image2video", external_task_id: "own" };
const notFound = answer(400, { code: 1201, message: "Task not found by id/external id: own" });
const start = new TestClock().now();

/** A client at Kling whose task store has one record, and the answers that it gets. */
async function withRecord(answers: Parameters<typeof world>[0], more: Partial<TaskRecord>) {
  const taskStore = memoryTaskStore();
  const scope = { dialect: "kling", origin: "https://api-singapore.klingai.com", account: "" } as const;
  const times = { claimedAt: start, until: start + 60_000, updatedAt: start };
  await taskStore.claim({ ...scope, ...handle, ...times, state: "sending", ...more });
  return { taskStore, ...world(answers, { dialect: "kling", settleMs: 0, taskStore }) };
}

/** For how long, in milliseconds, the client still looks at its first look. */
function firstLook(events: ReturnType<typeof world>["events"]): number | undefined {
  return events.flatMap((event) => (event.type === "look-up" ? [event.leftMs] : []))[0];
}

describe("resume", () => {
  it("asks by the task id that a handle or the task store has, and looks for nothing", async () => {
    for (const given of [handle, { family: "image2video", task_id: taskId }]) {
      const known = await withRecord([standing("succeed")], { state: "accepted", task_id: taskId });
      expect(await success(known.clock, known.client.resume(given))).toHaveProperty("task_id", taskId);
      expect(known.sent.map(({ url }) => new URL(url).pathname)).toEqual([`/v1/videos/image2video/${taskId}`]);
      expect(known.events.map(({ type }) => type)).not.toContain("recovery");
    }
  });

  it("finds a task of which the task store knows nothing", async () => {
    const { client, clock } = world([standing("processing"), standing("succeed")], { dialect: "kling", settleMs: 0 });
    expect(await success(clock, client.resume(handle))).toMatchObject({ task_id: taskId, task_status: "succeed" });
  });

  it("says of such a task that there is none, and remembers nothing of it", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock } = world([notFound], { dialect: "kling", settleMs: 0, taskStore });
    const error = await failure(clock, client.resume(handle));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^There is no such task\./),
      remedy: "Submit it again under the same external_task_id, which the server takes only once.",
      retry: "after-fix",
    });
    expect(await taskStore.list()).toEqual([]);
  });

  it("believes that there is no task only once its sender can be sending no more", async () => {
    const { client, clock, events, taskStore } = await withRecord(Array(20).fill(notFound), {});
    expect(await failure(clock, client.resume(handle, { timeoutMs: 60_000 }))).toBeInstanceOf(RefusedError);
    expect(firstLook(events)).toBe(60_000);
    expect(clock.now()).toBeGreaterThanOrEqual(start + 60_000);
    expect(await taskStore.list()).toMatchObject([{ state: "refused" }]);
  });

  it.each<[string, Partial<TaskRecord>]>([
    ["that has sent its request", { state: "unknown" }],
    ["whose time is up", { until: start - 1 }],
  ])("looks once for a task of a sender %s", async (_, more) => {
    const { client, clock, events } = await withRecord([notFound], more);
    expect(await failure(clock, client.resume(handle))).toBeInstanceOf(RefusedError);
    expect(firstLook(events)).toBeUndefined();
  });

  it("can't tell, where it may wait for a shorter time than that", async () => {
    const { client, clock, events, taskStore } = await withRecord(Array(20).fill(notFound), {});
    const error = await failure(clock, client.resume(handle, { timeoutMs: 10_000 }));
    expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Nobody can tell whether this task exists\./),
      reason: "no-answer",
      handle,
    });
    expect(firstLook(events)).toBe(10_000);
    expect(await taskStore.list()).toMatchObject([{ state: "sending" }]);
  });

  it("can't tell, where the server has only errors", async () => {
    const { client, clock } = await withRecord(Array(20).fill(refusal(500, 5000)), { state: "unknown" });
    const error = await failure(clock, client.resume(handle));
    expect(error).toMatchObject({ name: "SubmitOutcomeUnknownError", cause: { providerCode: 5000 } });
  });
});

describe("settle", () => {
  it("refuses a handle that the task store does not know", async () => {
    const { client, clock } = world([]);
    expect(await failure(clock, client.settle(handle, "absent"))).toMatchObject({
      message: expect.stringMatching(
        /^The task store knows no image2video\/own\. Give a handle with the external_task_id, /,
      ),
    });
  });

  it.each<[string, Partial<TaskRecord>]>([
    ["accepted", { state: "accepted", task_id: "77", until: start }],
    ["ended", { state: "ended", task_id: "77", until: start }],
  ])("refuses a verdict on a task that is %s", async (_, more) => {
    const { client, clock, taskStore } = await withRecord([], more);
    for (const verdict of ["absent", { task_id: "78" }] as const)
      expect(await failure(clock, client.settle(handle, verdict))).toMatchObject({
        name: "InputError",
        message:
          "image2video/77 is known to exist, so there is nothing to settle. Wait for it; give a new request an id of its own.",
      });
    expect(await taskStore.list()).toMatchObject([more]);
  });

  it("refuses a verdict while the request may still be under way, and says until when", async () => {
    const { client, clock } = await withRecord([], {});
    const end = new Date(start + 60_000).toISOString();
    expect(await failure(clock, client.settle(handle, "absent"))).toMatchObject({
      code: "still-sending",
      message: `image2video/own may still be under way until ${end}. Settle it after that.`,
    });
  });

  it("refuses a verdict that is missing", async () => {
    const { client, clock } = await withRecord([], { until: start });
    expect(await failure(clock, client.settle(handle, undefined as never))).toBeInstanceOf(InputError);
  });
});
