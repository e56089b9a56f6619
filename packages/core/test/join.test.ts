import { InputError, memoryTaskStore, RefusedError, SubmitOutcomeUnknownError, type TaskRecord } from "@klingkit/core";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { fakeProvider } from "./fake-provider.js";
import {
  answer,
  failure,
  picture,
  refusal,
  type Step,
  standing,
  success,
  TestClock,
  taskId,
  world,
} from "./helpers.js";

const body = { model_name: "kling-v2-6", image: picture, external_task_id: "own" };
/** When a test's clock starts. */
const start = new TestClock().now();
const notFound = answer(400, { code: 1201, message: "Task not found by id/external id: own" });
const lipSync = {
  session_id: "1",
  face_choose: [{ face_id: "0", audio_id: "1", sound_start_time: 0, sound_end_time: 3_000, sound_insert_time: 0 }],
  external_task_id: "own",
};

/** A client whose store has a record of an earlier call already. */
async function after(earlier: Partial<TaskRecord>, steps: readonly Step[], options = {}) {
  const clock = new TestClock();
  const now = clock.now();
  const record: TaskRecord = {
    ...{ dialect: "kling", origin: "https://api-singapore.klingai.com", account: "", family: "image2video" },
    ...{ external_task_id: "own", state: "sending", claimedAt: now, until: now + 60_000, updatedAt: now },
    ...earlier,
  };
  const taskStore = memoryTaskStore();
  await taskStore.claim(record);
  const joiner = world(steps, { clock, taskStore, dialect: "kling", settleMs: 0, ...options });
  return { ...joiner, clock, record, taskStore };
}

describe("a call that joins an earlier one", () => {
  it("sends the request itself once the earlier one says that it was refused", async () => {
    const { client, clock, posts, record, taskStore } = await after({}, [standing("submitted")]);
    const call = client.image2video.submit(body);
    await clock.advance(1_000);
    expect(posts()).toBe(0);
    await taskStore.update({ ...record, state: "refused", updatedAt: clock.now() });
    expect(await success(clock, call)).toHaveProperty("task_id", taskId);
    expect(posts()).toBe(1);
  });

  it("waits on where the store has lost the record meanwhile, and then looks for the task", async () => {
    const first = await after({}, []);
    let finds = 0;
    const taskStore = {
      ...first.taskStore,
      find: async (key: TaskRecord) => (++finds > 1 ? undefined : first.taskStore.find(key)),
    };
    const { client, clock, posts, sent } = world([standing("processing")], {
      ...{ clock: first.clock, taskStore: taskStore as never, dialect: "kling", settleMs: 0 },
    });
    expect(await success(first.clock, client.image2video.submit(body))).toHaveProperty("task_id", taskId);
    expect([posts(), sent.length]).toEqual([0, 1]);
    expect(clock.sleepers.size).toBe(0);
  });

  it("waits in pauses that double up to two seconds, and ends by the time that the store was told", async () => {
    const { client, clock, posts, sent } = await after({ until: start + 10_000 }, [
      notFound,
      notFound,
      notFound,
      standing("processing"),
    ]);
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_id", taskId);
    // From the longest pause on, it looks for the task itself too: its sender may have crashed.
    expect(clock.slept.filter((ms) => ms <= 2_000)).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000, 850]);
    expect(sent).toHaveLength(4);
    expect(posts()).toBe(0);
  });

  it("waits no longer where the clock stands still while it sleeps", async () => {
    const clock = { now: () => start, sleep: async () => {}, after: () => () => {} };
    const { client, sent } = await after({ until: start + 60_000 }, [notFound], { clock });
    await expect(client.image2video.submit(body)).rejects.toBeInstanceOf(RefusedError);
    const looks = sent.filter(({ method }) => method === "GET");
    expect(looks).toHaveLength(30);
  });

  it("waits no longer where each pause takes longer than was asked: the machine slept", async () => {
    let time = start;
    const sleep = async (ms: number) => {
      time += ms + 20_000;
    };
    const clock = { now: () => time, sleep, after: () => () => {} };
    const { client } = await after({ until: start + 60_000 }, [notFound], { clock });
    await expect(client.image2video.submit(body)).rejects.toBeInstanceOf(RefusedError);
    expect(time - start).toBeLessThan(90_000);
  });

  it.each(["sending", "unknown"] as const)(
    "waits no longer than a request can take where the clock was set back a year since: %s",
    async (state) => {
      const later = start + 365 * 86_400_000;
      const times = { claimedAt: later, updatedAt: later, until: later + 60_000 };
      const { client, clock, sent } = await after({ state, ...times }, [notFound]);
      expect(await failure(clock, client.image2video.submit(body))).toBeInstanceOf(RefusedError);
      expect(clock.now() - start).toBeLessThan(70_000);
      expect(sent.filter(({ method }) => method === "POST")).toHaveLength(1);
    },
  );

  it("is told that the store fails where it can't note that there is no task: it looked again without end", async () => {
    const { clock, taskStore: whole } = await after({ state: "unknown", until: start }, []);
    const taskStore = { ...whole, update: () => Promise.reject(new Error("read-only")) };
    const { client, posts } = world([notFound], { clock, taskStore, dialect: "kling", settleMs: 0 });
    const error = await failure(clock, client.image2video.submit(body));
    expect(error).toMatchObject({ code: "task-store", message: expect.stringContaining("read-only") });
    expect(posts()).toBe(0);
  });

  it("after an abort sends nothing while the aborted request may still be under way: both made a task", async () => {
    const { client, clock, tasks } = fakeProvider({ slowness: 110_000, uniqueAfter: Number.POSITIVE_INFINITY });
    const { image2video } = client({ taskStore: memoryTaskStore() });
    const controller = new AbortController();
    const first = image2video.submit(body, { signal: controller.signal });
    first.catch(() => {});
    await clock.advance(30_000);
    controller.abort();
    await expect(first).rejects.toMatchObject({ name: "AbortedError" });
    const second = await success(clock, image2video.submit(body));
    await clock.advance(200_000);
    expect(tasks.map(({ id }) => id)).toEqual([second.task_id]);
  });

  it("that is still sending waits where the task can't be looked for, and asks nobody", async () => {
    const { client, clock, sent } = await after(
      { family: "advancedLipSync", dialect: "cometapi", origin: "https://api.cometapi.com" },
      [standing("processing")],
      { dialect: "cometapi" },
    );
    const error = await failure(clock, client.advancedLipSync.submit(lipSync));
    expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(error).toHaveProperty("message", expect.stringContaining("its outcome is unknown"));
    expect(sent).toEqual([]);
  });

  it.each(["accepted", "ended"] as const)(
    "of a task that certainly exists gets the reason why it can't be shown, with the handle: %s",
    async (state) => {
      const { client, clock, posts } = await after({ state, task_id: "7" }, [refusal(401, 1000)]);
      const error = await failure(clock, client.image2video.submit(body));
      expect(error).toBeInstanceOf(RefusedError);
      expect(error).toMatchObject({ providerCode: 1000, handle: { task_id: "7", external_task_id: "own" } });
      expect(posts()).toBe(0);
    },
  );

  it("of a task that exists and can't be asked for is told that nobody knows", async () => {
    const { client, clock, posts } = await after(
      { family: "advancedLipSync", state: "accepted", dialect: "cometapi", origin: "https://api.cometapi.com" },
      [standing("processing")],
      { dialect: "cometapi" },
    );
    const error = await failure(clock, client.advancedLipSync.submit(lipSync));
    expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(error).toMatchObject({ reason: "no-answer", handle: { external_task_id: "own" } });
    expect(posts()).toBe(0);
  });

  it.each([
    [{}, "belongs to another request: the body differs"],
    [{ task_id: "7" }, "belongs to another request, image2video/7: the body differs"],
  ])("and has another body is refused, with the earlier task where it is known: %j", async (more, words) => {
    const { client, clock, sent } = await after({ digest: "of another body", ...more }, [standing("submitted")]);
    const error = await failure(clock, client.image2video.submit(body));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toHaveProperty("message", expect.stringContaining(words));
    expect(error).toHaveProperty("remedy", expect.stringContaining("Give each request an id of its own"));
    expect(sent).toEqual([]);
  });
});

it("a call that joins from a page over plain http, which computes no digest, is not taken for another request", async () => {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
  const { client, clock } = await after({ state: "accepted", digest: "of this body" }, [standing("processing")]);
  expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_id", taskId);
});

describe("what a store or a guard of the caller's throws", () => {
  it.each<[unknown, string]>([
    [new InputError("The disk is full.", "Make room."), "The disk is full. Make room."],
    [new Error("down"), "The task store failed: down. Repair the store."],
    ["down", "The task store failed: down. Repair the store."],
  ])("by a store keeps the request from being paid for: %s", async (thrown, message) => {
    const taskStore = { ...memoryTaskStore(), claim: () => Promise.reject(thrown) };
    const { client, clock, sent } = world([standing("submitted")], { taskStore });
    expect(await failure(clock, client.image2video.submit({ image: picture }))).toMatchObject({
      name: "InputError",
      message,
    });
    expect(sent).toEqual([]);
  });

  it("by a guard too, also where it is no error", async () => {
    const guard = { admit: () => Promise.reject("closed") };
    const { client, clock, sent } = world([standing("submitted")], { guards: [guard] });
    expect(await failure(clock, client.image2video.submit({ image: picture }))).toMatchObject({
      code: "guard",
      message: "A guard failed before anything was sent: closed. Correct the guard.",
    });
    expect(sent).toEqual([]);
  });
});
