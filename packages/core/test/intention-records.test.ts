import {
  InputError,
  type KlingClientOptions,
  KlingkitError,
  memoryTaskStore,
  type TaskRecord,
  type TaskStore,
} from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { failure, picture, refusal, type Step, standing, success, TestClock, taskId, world } from "./helpers.js";

const body = { model_name: "kling-v2-6", image: picture };
const own = { ...body, external_task_id: "own" };
const busy = refusal(429, 1302);

/** A client whose store tells what it is asked to do, and may answer `find` with something else. */
function observed(
  steps: readonly Step[],
  { found, ...options }: Partial<KlingClientOptions> & { readonly found?: (claimed: TaskRecord) => unknown } = {},
) {
  const memory = memoryTaskStore();
  const claimed: TaskRecord[] = [];
  const updates: TaskRecord[] = [];
  const lists: unknown[] = [];
  const taskStore: TaskStore = {
    claim(record) {
      claimed.push(record);
      return memory.claim(record);
    },
    async find(key) {
      const [first] = claimed;
      return first && found ? (found(first) as TaskRecord | undefined) : memory.find(key);
    },
    update(record) {
      updates.push(record);
      return memory.update(record);
    },
    list(given) {
      lists.push(given);
      return memory.list(given);
    },
  };
  return { ...world(steps, { dialect: "kling", taskStore, settleMs: 0, ...options }), claimed, updates, lists };
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
  it.each<[string, (claimed: TaskRecord) => unknown]>([
    ["has lost it", () => undefined],
    ["still has it as this call's", (claimed) => claimed],
    ["says that nobody knows", (claimed) => ({ ...claimed, state: "unknown" })],
  ])("the store is asked: it is sent where the store %s", async (_, found) => {
    const { client, clock, posts } = observed([busy, standing("submitted")], { found });
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_id", taskId);
    expect(posts()).toBe(2);
  });

  it.each<[string, (claimed: TaskRecord) => unknown]>([
    ["has found its task", (claimed) => ({ ...claimed, state: "accepted", task_id: "7" })],
    [
      "has taken it over",
      (claimed) => ({ ...claimed, claimedAt: claimed.claimedAt + 1, state: "accepted", task_id: "7" }),
    ],
    ["has taken it over and sends", (claimed) => ({ ...claimed, claimedAt: claimed.claimedAt + 1, until: 0 })],
  ])("the store is asked: it is not sent where another call %s", async (_, found) => {
    const { client, clock, posts } = observed([busy, standing("processing")], { found });
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_status", "processing");
    expect(posts()).toBe(1);
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
