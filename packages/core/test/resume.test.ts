import {
  InputError,
  memoryTaskStore,
  RefusedError,
  SubmitOutcomeUnknownError,
  type TaskRecord,
  type TaskStore,
} from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { answer, failure, refusal, type Step, standing, success, TestClock, taskId, world } from "./helpers.js";

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

/** A claim whose sender may send for half a minute, and a server that finds the task after a minute. */
async function withClaim(taskStore: TaskStore) {
  const slow: Step = (request) => (clock.now() - start < 60_000 ? notFound() : standing("succeed")(request));
  const { client, clock } = world([slow], { dialect: "kling", settleMs: 0, taskStore });
  const scope = { dialect: "kling", origin: "https://api-singapore.klingai.com", account: "" } as const;
  const times = { claimedAt: start, until: start + 30_000, updatedAt: start };
  const record: TaskRecord = { ...scope, ...handle, ...times, state: "sending" };
  await taskStore.claim(record);
  return { record, clock, client };
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

  it.each(["sending", "unknown"] as const)("believes that there is no task only after `until`: %s", async (state) => {
    const { client, clock, events, taskStore } = await withRecord(Array(20).fill(notFound), { state });
    expect(await failure(clock, client.resume(handle, { timeoutMs: 60_000 }))).toBeInstanceOf(RefusedError);
    expect(firstLook(events)).toBe(60_000);
    expect(clock.now()).toBeGreaterThanOrEqual(start + 60_000);
    expect(await taskStore.list()).toMatchObject([{ state: "refused" }]);
  });

  it.each<[string, Partial<TaskRecord>]>([
    ["that has ended in doubt, and whose time is up", { state: "unknown", until: start - 1 }],
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
      message: expect.stringMatching(/^It is unknown whether this task exists\./),
      reason: "no-answer",
      handle,
    });
    expect(firstLook(events)).toBe(10_000);
    expect(await taskStore.list()).toMatchObject([{ state: "sending" }]);
  });

  it("says at once that there is no such task where it was refused, if one look does not find it", async () => {
    for (const dialect of ["kling", "cometapi"] as const) {
      const origin = dialect === "kling" ? {} : { dialect, origin: "https://api.cometapi.com" };
      const { taskStore } = await withRecord([], { state: "refused", ...origin });
      const { client, clock, sent } = world([notFound], { dialect, taskStore });
      expect(await failure(clock, client.resume(handle))).toMatchObject({ code: "task-not-found", handle });
      expect([sent.length, clock.now() - start]).toEqual([1, 0]);
    }
    const { client, clock } = await withRecord([standing("succeed")], { state: "refused" });
    expect(await success(clock, client.resume(handle))).toHaveProperty("task_id", taskId);
  });

  it("looks by the own id too where the task id came in an answer that holds no task", async () => {
    for (const given of [handle, { ...handle, task_id: "77" }]) {
      const own = { task_id: taskId, task_info: { external_task_id: "own" } };
      const steps = [notFound, standing("processing", own), standing("succeed", own)];
      const { client, clock, sent } = await withRecord(steps, { state: "unknown", task_id: "77" });
      expect(await success(clock, client.resume(given))).toHaveProperty("task_id", taskId);
      expect(sent.slice(0, 2).map(({ url }) => url.split("/").at(-1))).toEqual(["77", "own"]);
    }
  });

  it("waits for a task by the id that it is given although the store can't be read", async () => {
    const taskStore = { ...memoryTaskStore(), find: () => Promise.reject(new Error("disk")) };
    const { client, clock } = world([standing("succeed")], { dialect: "kling", taskStore });
    expect(await success(clock, client.resume({ ...handle, task_id: "1" }))).toHaveProperty("task_id", "1");
    expect(await failure(clock, client.resume(handle))).toMatchObject({ code: "task-store" });
  });

  it("takes no longer in all than it may: it waited the whole time once more after the search", async () => {
    const steps = [...Array(5).fill(notFound), standing("processing")];
    const { client, clock } = await withRecord(steps, {});
    const error = await failure(clock, client.resume(handle, { timeoutMs: 60_000 }));
    expect(error).toHaveProperty("name", "WaitTimeoutError");
    expect(clock.now() - start).toBeLessThanOrEqual(61_000);
  });

  it("looks again where another call has claimed the task while it looked", async () => {
    const taskStore = memoryTaskStore();
    const { record, clock, client } = await withClaim(taskStore);
    const call = client.resume(handle);
    call.catch(() => {});
    await clock.advance(10_000);
    await taskStore.update({ ...record, state: "refused" });
    const claimedAt = clock.now();
    expect(await taskStore.claim({ ...record, claimedAt, until: claimedAt + 60_000 })).toBeUndefined();
    expect(await success(clock, call)).toHaveProperty("task_id", taskId);
    expect(await taskStore.list()).toMatchObject([{ state: "ended", claimedAt }]);
  });

  it("advises no verdict on what the task store does not know: settle refused it", async () => {
    const { client, clock } = world([answer(500, { code: 5000, message: "no" })], {
      retry: { attempts: 1 },
      settleMs: 0,
    });
    const error = await failure(clock, client.resume(handle));
    expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(error).toHaveProperty("remedy", expect.stringMatching(/^Look for image2video\/own in .* again\.$/));
  });

  it("can't tell, where the server has only errors", async () => {
    const { client, clock } = await withRecord(Array(20).fill(refusal(500, 5000)), { state: "unknown" });
    const error = await failure(clock, client.resume(handle));
    expect(error).toMatchObject({ name: "SubmitOutcomeUnknownError", cause: { providerCode: 5000 } });
  });
});

describe("settle", () => {
  it("takes the task id that an answer without a task had: it did nothing", async () => {
    const { client, clock, taskStore } = await withRecord([], { state: "unknown", task_id: "77", until: start });
    await success(clock, client.settle(handle, { task_id: "77" }));
    expect(await taskStore.list()).toMatchObject([{ state: "accepted", task_id: "77" }]);
  });

  it("and every look leave the time of the claim as it is", async () => {
    const { client, clock, taskStore } = await withRecord([standing("succeed")], { state: "unknown" });
    clock.time += 5_000;
    await success(clock, client.resume(handle));
    expect(await taskStore.list()).toMatchObject([{ state: "ended", claimedAt: start }]);
  });

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
