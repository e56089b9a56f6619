import {
  InputError,
  type KlingClientOptions,
  KlingkitError,
  memoryTaskStore,
  type TaskRecord,
  type TaskStore,
} from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { failure, picture, quiet, refusal, type Step, standing, success, TestClock, taskId, world } from "./helpers.js";

const body = { model_name: "kling-v2-6", image: picture };
const own = { ...body, external_task_id: "own" };
const busy = refusal(429, 1302);

/** A client whose store tells what it is asked to do. */
function observed(steps: readonly Step[], options: Partial<KlingClientOptions> = {}) {
  const memory = memoryTaskStore();
  const claimed: TaskRecord[] = [];
  const updates: TaskRecord[] = [];
  const lists: unknown[] = [];
  const taskStore: TaskStore = {
    claim(record) {
      claimed.push(record);
      return memory.claim(record);
    },
    find: (key) => memory.find(key),
    update(record) {
      updates.push(record);
      return memory.update(record);
    },
    list(given) {
      lists.push(given);
      return memory.list(given);
    },
  };
  return { ...world(steps, { dialect: "kling", taskStore, settleMs: 0, ...options }), memory, claimed, updates, lists };
}

describe("what the store is told of an intention", () => {
  it("is no more than is known: no digest of a generated id, no note, no task id before there is one", async () => {
    const { client, clock, claimed, updates } = observed([standing("submitted")]);
    await success(clock, client.image2video.submit(body));
    for (const name of ["digest", "note", "task_id"]) expect(claimed[0]).not.toHaveProperty(name);
    expect(updates[0]).toMatchObject({ state: "accepted", task_id: taskId });
    await success(clock, client.image2video.submit(own, { note: { row: 1 } }));
    expect(claimed[1]).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), note: { row: 1 } });
  });

  it("has no task id where nobody knows what became of the request", async () => {
    const { client, clock, updates } = observed(["no answer", "no answer"], { dialect: "cometapi" });
    await failure(clock, client.image2video.submit(own));
    expect(updates.at(-1)).toMatchObject({ state: "unknown" });
    expect(updates.at(-1)).not.toHaveProperty("task_id");
  });

  it("is nothing of a task without an own id", async () => {
    const { client, clock, updates } = observed([standing("processing", { task_info: {} })]);
    await success(clock, client.image2video.get("7"));
    expect(updates).toEqual([]);
  });

  it("may be a note of 4096 bytes, and not of one more", async () => {
    const { client, clock, claimed } = observed([standing("submitted")]);
    await success(clock, client.image2video.submit(own, { note: "é".repeat(2_047) }));
    const error = await failure(clock, client.image2video.submit(body, { note: "x".repeat(4_095) }));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      message: expect.stringContaining("The note is not JSON of at most 4 kB."),
      remedy: "Keep more elsewhere, under the external_task_id.",
    });
    expect(claimed).toHaveLength(1);
  });
});

describe("before a refused request is sent again", () => {
  /** A call that was refused once and waits for its next try. */
  async function refusedOnce() {
    const all = observed([busy, standing("submitted")]);
    const call = all.client.image2video.submit(own);
    call.catch(() => {});
    await quiet();
    return { ...all, call };
  }

  it("its record says that it was refused: after a crash each waiting request looked as if it had been sent", async () => {
    const { client, clock, call, posts, updates, claimed } = await refusedOnce();
    expect([posts(), updates.at(-1)?.state, await client.pending()]).toEqual([1, "refused", []]);
    await success(clock, call);
    expect(claimed).toHaveLength(2);
    expect(claimed[1]?.claimedAt).toBeGreaterThan(claimed[0]?.claimedAt ?? Number.NaN);
  });

  it("it is claimed again, later than before also where the clock stands still", async () => {
    const { client, clock, claimed, posts } = observed([busy, busy, standing("submitted")], { random: () => 0 });
    await success(clock, client.image2video.submit(own));
    const [first = Number.NaN] = claimed.map(({ claimedAt }) => claimedAt);
    expect(claimed.map(({ claimedAt }) => claimedAt)).toEqual([first, first + 1, first + 2]);
    expect(posts()).toBe(3);
  });

  it.each<[string, Partial<TaskRecord>]>([
    ["has made its task", { state: "accepted", task_id: taskId }],
    ["is sending", {}],
    ["does not know what became of its request", { state: "unknown" }],
  ])("another call that has claimed it meanwhile and %s is joined, and nothing is sent twice", async (_, more) => {
    const { clock, call, posts, claimed, memory } = await refusedOnce();
    const [first] = claimed;
    if (!first) throw new Error("Nothing was claimed.");
    const others = { ...first, claimedAt: first.claimedAt + 1, until: first.until + 1, ...more };
    expect(await memory.claim(others)).toBeUndefined();
    expect(await success(clock, call)).toHaveProperty("task_id", taskId);
    expect(posts()).toBe(1);
    // Its own refusal, told once more, is of an earlier claim.
    await memory.update({ ...first, state: "refused" });
    expect((await memory.list())[0]?.state).not.toBe("refused");
  });

  it("a store that can't be told ends the call: nothing is sent without it", async () => {
    const memory = memoryTaskStore();
    const taskStore = { ...memory, update: () => Promise.reject(new Error("disk full")) };
    const { client, clock, posts } = world([busy, standing("submitted")], { taskStore, dialect: "kling" });
    expect(await failure(clock, client.image2video.submit(own))).toMatchObject({ code: "task-store" });
    expect(posts()).toBe(1);
  });

  it("it is sent no more often in all where another call was sent in between", async () => {
    const taskStore = memoryTaskStore();
    const clock = new TestClock();
    const options = { taskStore, clock, dialect: "kling", settleMs: 0, retry: { attempts: 3 } } as const;
    const [one, other] = [world([busy], options), world([busy], options)];
    const calls = [one, other].map(({ client }) => client.image2video.submit(own));
    const ends = await success(clock, Promise.allSettled(calls));
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect([one.posts(), other.posts()]).toEqual([3, 3]);
  });
});

describe("a process that stood still between its claim and its request", () => {
  /** Both stay within the five seconds that a claim has to spare, or not. */
  const after = async (ms: number) => {
    const clock = new TestClock();
    const bearer = async () => {
      clock.time += ms;
      return "token-of-the-vault";
    };
    const all = observed([standing("submitted")], { clock, apiKey: { bearer }, retry: { attempts: 1 } });
    return { ...all, clock };
  };

  it("sends it within the time that it told the store", async () => {
    const { client, clock, posts } = await after(5_000);
    await success(clock, client.image2video.submit(own));
    expect(posts()).toBe(1);
  });

  it("sends nothing later, and says why", async () => {
    const { client, clock, posts } = await after(5_001);
    expect(await failure(clock, client.image2video.submit(own))).toMatchObject({
      code: "claim-outdated",
      message: expect.stringContaining("The process stood still between claiming the task and sending it."),
      remedy: "Send it again.",
      retry: "after-delay",
    });
    expect(posts()).toBe(0);
  });
});

describe("pending", () => {
  it("asks the store for open records only, and shows this client's own and those that name no server", async () => {
    const { client, lists, claimed } = observed([standing("submitted")]);
    await client.image2video.submit(own);
    const [mine] = claimed;
    if (!mine) throw new Error("Nothing was claimed.");
    const others: Partial<TaskRecord>[] = [
      { dialect: "cometapi" },
      { origin: "https://other.example.com" },
      { account: "second" },
      { origin: "" },
    ];
    const taskStore = memoryTaskStore();
    for (const [index, more] of [{}, ...others].entries())
      await taskStore.update({ ...mine, external_task_id: `own-${index}`, ...more });
    const reader = observed([standing("submitted")], { taskStore });
    expect((await reader.client.pending()).map(({ external_task_id }) => external_task_id)).toEqual(["own-0", "own-4"]);
    await client.pending();
    expect(lists).toEqual([{ open: true }]);
  });
});

it("what a store throws of klingkit's own is passed on as it is", async () => {
  const thrown = new KlingkitError("The queue is closed.", { code: "closed", retry: "never", remedy: "Open it." });
  const taskStore = { ...memoryTaskStore(), claim: () => Promise.reject(thrown) };
  const { client, clock } = world([standing("submitted")], { taskStore });
  expect(await failure(clock, client.image2video.submit(own))).toMatchObject({ code: "closed" });
});
