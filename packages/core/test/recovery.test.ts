import { InputError, memoryTaskStore, RefusedError, SubmitOutcomeUnknownError, type TaskStore } from "@klingkit/core";
import { describe, expect, it, vi } from "vitest";
import {
  answer,
  envelope,
  failure,
  networkFault,
  picture,
  refusal,
  type Step,
  standing,
  success,
  task,
  taskId,
  world,
} from "./helpers.js";

const reset = networkFault("ECONNRESET");
const gatewayNotFound = answer(400, { code: "task_not_exist", message: "task_not_exist", data: null });
const klingNotFound = answer(400, { code: 1201, message: "Task not found by id/external id: own" });
const duplicate = answer(400, { code: 1201, message: "External_task_id own already exists" });
const body = { model_name: "kling-v3", image: picture, external_task_id: "own" };
/** Looks once: what the settling time is good for has tests of its own. */
const kling = { dialect: "kling", settleMs: 0 } as const;
/** A family that is asked by task ids only. */
const lipSync = {
  session_id: "1",
  face_choose: [{ face_id: "0", audio_id: "1", sound_start_time: 0, sound_end_time: 3_000, sound_insert_time: 0 }],
  external_task_id: "own",
};

describe("after an ambiguous create the task is looked for", () => {
  it.each([{}, kling])("and adopted where it is found (%j)", async (options) => {
    const { client, clock, posts, sent, events } = world([reset, standing("processing")], options);
    const adopted = await success(clock, client.image2video.submit(body));
    expect(adopted).toMatchObject({ task_id: taskId, external_task_id: "own", task_status: "processing" });
    expect(posts()).toBe(1);
    expect(sent[1]?.url).toMatch(/\/image2video\/own$/);
    expect(events).toContainEqual({
      type: "recovery",
      family: "image2video",
      external_task_id: "own",
      outcome: "found",
    });
  });

  it("and sent again under the same id where its absence is proven", async () => {
    for (const options of [kling, { trustLookup: true, settleMs: 0 }]) {
      const notFound = options === kling ? klingNotFound : gatewayNotFound;
      const { client, clock, posts, sent } = world([reset, notFound, standing("submitted")], options);
      expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_id", taskId);
      expect(posts()).toBe(2);
      expect(sent[2]?.body).toEqual(sent[0]?.body);
    }
  });

  // A variable of the environment is a text, of which each but the empty one is truthy.
  it.each([{}, { trustLookup: "false" as unknown as boolean }])(
    "and unknown where the gateway finds none: %j",
    async (given) => {
      const { client, clock, posts } = world([reset, gatewayNotFound], given);
      const error = await failure(clock, client.image2video.submit(body));
      expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
      expect(error).toMatchObject({ reason: "no-answer", handle: { family: "image2video", external_task_id: "own" } });
      expect(posts()).toBe(1);
    },
  );

  it("and reported as unknown where the look-up itself fails", async () => {
    const { client, clock, posts } = world([reset, refusal(500, 5000)], kling);
    expect(await failure(clock, client.image2video.submit(body))).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(posts()).toBe(1);
  });

  it("and an answer with an id that can't be asked for is looked for by the caller's own", async () => {
    const odd = answer(200, envelope({ task_id: "no/id", task_status: "submitted" }));
    const { client, clock, sent } = world([odd, standing("processing")], kling);
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_id", taskId);
    expect(sent[1]?.url).toMatch(/\/image2video\/own$/);
  });

  it("and the observer hears of the pause before it is sent again", async () => {
    const { client, clock, events } = world([reset, klingNotFound, standing("submitted")], kling);
    await success(clock, client.image2video.submit(body));
    expect(events).toContainEqual({ type: "retry", attempt: 1, delayMs: 250, code: "not-created" });
  });

  it("and an abort in the pause before it is sent again keeps the id: the first request may still land", async () => {
    const controller = new AbortController();
    const { client, clock, posts } = world([reset, klingNotFound, standing("submitted")], kling);
    const call = client.image2video.submit(body, { signal: controller.signal });
    call.catch(() => {});
    await vi.waitUntil(() => clock.sleepers.size === 1);
    controller.abort("stop");
    await expect(call).rejects.toMatchObject({ name: "AbortedError", handle: { external_task_id: "own" } });
    expect(await client.pending()).toMatchObject([{ external_task_id: "own", state: "unknown" }]);
    expect([posts(), clock.sleepers.size]).toEqual([1, 0]);
  });

  it("and an abort just before the second try keeps the id too", async () => {
    const controller = new AbortController();
    let requests = 0;
    const { client, clock, posts } = world([reset, klingNotFound, standing("submitted")], {
      ...kling,
      onEvent: (event) => {
        if (event.type === "request" && ++requests === 3) controller.abort("stop");
      },
    });
    const error = await failure(clock, client.image2video.submit(body, { signal: controller.signal }));
    expect(error).toMatchObject({ name: "AbortedError", retry: "unknown", handle: { external_task_id: "own" } });
    expect(await client.pending()).toMatchObject([{ external_task_id: "own", state: "unknown" }]);
    expect(posts()).toBe(1);
  });

  it.each<[string, Step]>([
    ["nothing answers any more", networkFault("ECONNREFUSED")],
    ["the account is empty by then", refusal(429, 1102)],
  ])("and the error of the second try names the id where %s", async (_, step) => {
    const { client, clock } = world([reset, klingNotFound, step], kling);
    const error = await failure(clock, client.image2video.submit({ image: picture }));
    expect(error).toMatchObject({ handle: { family: "image2video", external_task_id: expect.stringMatching(/^kk-/) } });
  });

  it("but not sent for ever: that it was not created is then certain", async () => {
    const { client, clock, posts } = world([reset, klingNotFound, reset, klingNotFound, reset, klingNotFound], {
      ...kling,
      retry: { attempts: 3 },
    });
    const error = await failure(clock, client.image2video.submit(body));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ code: "not-created", retry: "after-delay", handle: { external_task_id: "own" } });
    expect(await client.pending()).toEqual([]);

    expect(posts()).toBe(3);
  });

  it("in the list where the family is asked by task ids only", async () => {
    const rows = [
      task("processing", { task_info: { external_task_id: "other" } }),
      task("processing", { task_info: { external_task_id: "own" } }),
    ];
    const { client, clock, posts, sent } = world([reset, answer(200, envelope(rows))], kling);
    expect(await success(clock, client.advancedLipSync.submit(lipSync))).toHaveProperty("external_task_id", "own");
    expect(posts()).toBe(1);
    expect(sent[1]?.url).toMatch(/\/advanced-lip-sync\?pageNum=1&pageSize=500$/);
  });

  it("page by page, because a full one may hide the task behind it", async () => {
    const others = Array.from({ length: 500 }, () => task("processing"));
    const full = answer(200, envelope(others));
    const last = answer(200, envelope([task("processing", { task_info: { external_task_id: "own" } })]));
    const { client, clock, posts, sent } = world([reset, full, full, last], kling);
    expect(await success(clock, client.advancedLipSync.submit(lipSync))).toHaveProperty("external_task_id", "own");
    expect(sent.slice(1).map(({ url }) => new URL(url).searchParams.get("pageNum"))).toEqual(["1", "2", "3"]);
    const empty = answer(200, envelope([]));
    const absent = world([reset, full, answer(200, envelope(others.slice(1))), empty, standing("submitted")], kling);
    await success(absent.clock, absent.client.advancedLipSync.submit(lipSync));
    expect([posts(), absent.posts()]).toEqual([1, 2]);
  });

  it("in no endless list", async () => {
    const full = answer(200, envelope(Array.from({ length: 500 }, () => task("processing"))));
    const { client, clock, sent } = world([reset, full], kling);
    expect(await failure(clock, client.advancedLipSync.submit(lipSync))).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(sent).toHaveLength(101);
  });

  it("but not where the create takes no id of the caller's own", async () => {
    const { client, clock, sent } = world([reset], kling);
    const error = await failure(
      clock,
      client.lipSync.submit({
        input: { mode: "text2video", video_id: "1", text: "Hello", voice_id: "a", voice_language: "en" },
      }),
    );
    expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(sent).toHaveLength(1);
  });
});

describe("a create refused as a duplicate", () => {
  it("proves that the task exists, and adopts it", async () => {
    const { client, clock, posts } = world([duplicate, standing("processing")], kling);
    expect(await success(clock, client.image2video.submit(body))).toMatchObject({
      task_id: taskId,
      external_task_id: "own",
    });
    expect(posts()).toBe(1);
  });

  it("says so when the task can't be found", async () => {
    for (const options of [{}, kling]) {
      const { client, clock, posts } = world([duplicate, options === kling ? klingNotFound : gatewayNotFound], options);
      const error = await failure(clock, client.image2video.submit(body));
      expect(error).toMatchObject({ reason: "exists-but-unfindable", handle: { external_task_id: "own" } });
      expect(posts()).toBe(1);
    }
  });
});

describe("the task store", () => {
  it("lets several callers with one id pay once", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock, posts } = world([standing("submitted")], { ...kling, taskStore });
    const tasks = await success(clock, Promise.all([1, 2, 3].map(() => client.image2video.submit(body))));
    expect(tasks.map(({ task_id }) => task_id)).toEqual([taskId, taskId, taskId]);
    expect(posts()).toBe(1);
  });

  it("learns from a second client that the task exists, and forgets no end", async () => {
    const taskStore = memoryTaskStore();
    const unsure = world([reset, refusal(500, 5000)], { ...kling, taskStore });
    await failure(unsure.clock, unsure.client.image2video.submit(body));
    const { client, clock, posts } = world([standing("processing"), standing("succeed")], { ...kling, taskStore });
    const adopted = await success(clock, client.image2video.submit(body));
    expect(await client.pending()).toMatchObject([{ state: "accepted", task_id: taskId }]);
    await success(clock, client.image2video.wait(adopted));
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_status", "succeed");
    expect([posts(), await client.pending()]).toEqual([0, []]);
  });

  it("knows the intention before the first byte leaves, and what became of it", async () => {
    const taskStore = memoryTaskStore();
    const states: (string | undefined)[] = [];
    const look = async () => void states.push((await taskStore.list())[0]?.state);
    const { client, clock } = world([standing("submitted"), standing("succeed")], {
      taskStore,
      onEvent: (event) => void (event.type === "request" && look()),
    });
    const submitted = await success(clock, client.image2video.submit(body));
    await look();
    await success(clock, client.image2video.wait(submitted));
    await look();
    expect(states).toEqual(["sending", "accepted", "accepted", "ended"]);
    expect(await client.pending()).toEqual([]);
  });

  it("forgets a refused intention, so that it may be sent again", async () => {
    const { client, clock, posts } = world([refusal(400, 1301), standing("submitted")], kling);
    expect(await failure(clock, client.image2video.submit(body))).toBeInstanceOf(RefusedError);
    expect(await client.pending()).toEqual([]);
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_id", taskId);
    expect(posts()).toBe(2);
  });

  it("that fails before anything is sent keeps the money in the pocket", async () => {
    const broken: TaskStore = { ...memoryTaskStore(), claim: () => Promise.reject(new Error("disk full")) };
    const { client, clock, sent } = world([standing("submitted")], { taskStore: broken });
    const error = await failure(clock, client.image2video.submit(body));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toHaveProperty("code", "task-store");
    expect(sent).toHaveLength(0);
  });

  it("that fails afterwards does not lose the task", async () => {
    const broken: TaskStore = { ...memoryTaskStore(), update: () => Promise.reject(new Error("disk full")) };
    const { client, clock, events } = world([standing("submitted")], { taskStore: broken });
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_id", taskId);
    expect(events).toContainEqual(expect.objectContaining({ type: "task-store-failed", external_task_id: "own" }));
  });

  it("keeps the tasks of two servers and of two accounts apart", async () => {
    const taskStore = memoryTaskStore();
    const clients = [{}, kling, { baseUrl: "https://other.example.com" }, { account: "second" }].map((options) =>
      world([standing("submitted")], { ...options, taskStore }),
    );
    for (const { client, clock } of clients) await success(clock, client.image2video.submit(body));
    expect(clients.map(({ posts }) => posts())).toEqual([1, 1, 1, 1]);
    for (const { client } of clients) expect(await client.pending()).toHaveLength(1);
  });

  it("refuses a name of an account that is no text", () => {
    for (const account of [1, null, "x".repeat(201)])
      expect(() => world([], { account: account as string })).toThrow(/^account is not a text/);
  });
});

describe("after a crash", () => {
  it("what was open is pending and can be resumed, also without a task id", async () => {
    const taskStore = memoryTaskStore();
    const crashed = world([reset, refusal(500, 5000)], { ...kling, taskStore });
    await failure(crashed.clock, crashed.client.image2video.submit(body));
    const { client, clock } = world([standing("processing"), standing("succeed")], { ...kling, taskStore });
    const [open] = await client.pending();
    expect(open).toMatchObject({ family: "image2video", external_task_id: "own", state: "unknown" });
    if (!open) throw new Error("nothing is pending");
    expect(await success(clock, client.resume(open))).toMatchObject({ task_id: taskId, task_status: "succeed" });
    expect(await client.pending()).toEqual([]);
  });

  it("what was never created is said to be so, and no longer pending", async () => {
    const { client, clock } = world(
      [reset, refusal(500, 5000), refusal(500, 5000), refusal(500, 5000), refusal(500, 5000), klingNotFound],
      kling,
    );
    await failure(clock, client.image2video.submit(body));
    const [open] = await client.pending();
    if (!open) throw new Error("nothing is pending");
    const error = await failure(clock, client.resume(open));
    expect(error).toMatchObject({ code: "task-not-found" });
    // A handle, and not what the store has besides.
    expect(error).toHaveProperty("handle", { family: "image2video", external_task_id: "own" });
    expect(await client.pending()).toEqual([]);
  });

  it("a family nobody knows is an input error", async () => {
    const { client, clock } = world([standing("succeed")]);
    expect(await failure(clock, client.resume({ family: "constructor", task_id: "1" }))).toBeInstanceOf(InputError);
  });
});
