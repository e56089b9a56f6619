import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  InputError,
  memoryTaskStore,
  RefusedError,
  SubmitOutcomeUnknownError,
  type TaskKey,
  type TaskRecord,
} from "@klingkit/core";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { fakeProvider } from "./fake-provider.js";
import { answer, failure, networkFault, picture, refusal, standing, success, TestClock, world } from "./helpers.js";

const body = { model_name: "kling-v2-6", image: picture, external_task_id: "own" };
const handle = { family: "image2video", external_task_id: "own" };
const never = Number.POSITIVE_INFINITY;
const gatewayNotFound = answer(400, { code: "task_not_exist", message: "task_not_exist", data: null });

/** What a process leaves behind that was killed between the claim and the answer. */
function leftBehind(clock: TestClock, more: Partial<TaskRecord> = {}): TaskRecord {
  const now = clock.now();
  const scope = { dialect: "kling", origin: "https://api-singapore.klingai.com", account: "" } as const;
  return { ...scope, ...handle, state: "sending", claimedAt: now, until: now + 125_000, updatedAt: now, ...more };
}

describe("an own id", () => {
  it("with another body is refused: the earlier task came back for a different request", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock, tasks } = fakeProvider();
    await success(clock, client({ taskStore }).image2video.submit({ ...body, prompt: "a red car" }));
    for (const kling of [client({ taskStore }), client({ taskStore })]) {
      const error = await failure(clock, kling.image2video.submit({ ...body, prompt: "a blue whale" }));
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ code: "external-task-id-reused", message: expect.stringContaining("own") });
    }
    expect(tasks).toHaveLength(1);
  });

  it("with the same body is the same request, whatever its order of fields, callback and signed addresses", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock, tasks } = fakeProvider();
    const signed = (query: string) => `https://bucket.example.com/a.png?${query}`;
    const kling = client({ taskStore });
    const first = {
      ...body,
      image: signed("X-Amz-Signature=1&X-Amz-Expires=60"),
      callback_url: "https://example.com/1",
    };
    await success(clock, kling.image2video.submit(first));
    // Another order of the fields, too.
    const again = {
      callback_url: "https://example.com/2",
      image: signed("X-Amz-Signature=2"),
      external_task_id: "own",
      model_name: "kling-v2-6",
    };
    expect(await success(clock, kling.image2video.submit(again))).toHaveProperty("task_id", tasks[0]?.id);
    const other = { ...again, image: "https://bucket.example.com/b.png?X-Amz-Signature=2" };
    expect(await failure(clock, kling.image2video.submit(other))).toBeInstanceOf(InputError);
    expect(tasks).toHaveLength(1);
  });

  it("may be given to another body after a refusal", async () => {
    const { client, clock } = world([refusal(400, 1201), standing("submitted")], { dialect: "kling" });
    await failure(clock, client.image2video.submit(body));
    expect(await success(clock, client.image2video.submit({ ...body, prompt: "x" }))).toHaveProperty("task_id");
  });

  it("stands for another task on another server, dialect or account", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock, tasks } = fakeProvider({ uniqueAfter: never });
    const clients = [
      client({ taskStore }),
      client({ taskStore, account: "second" }),
      client({ taskStore, baseUrl: "https://other.example.com" }),
      client({ taskStore, dialect: "cometapi" }),
    ];
    for (const kling of clients) await success(clock, kling.image2video.submit(body));
    expect(tasks).toHaveLength(4);
    expect(await clients[1]?.pending()).toMatchObject([{ account: "second" }]);
    // Keys are changed; accounts stay.
    await success(clock, client({ taskStore, apiKey: "sk-another-key" }).image2video.submit(body));
    expect(tasks).toHaveLength(4);
  });
});

describe("who joins an intention under way", () => {
  it("waits for the sender and gets its task, instead of an error that advises another id", async () => {
    const { client, clock, tasks, seen } = fakeProvider({ slowness: 20_000 });
    const taskStore = memoryTaskStore();
    const calls = [1, 2, 3].map(() => client({ taskStore }).image2video.submit(body));
    const made = await success(clock, Promise.all(calls));
    expect(made.map(({ task_id }) => task_id)).toEqual([tasks[0]?.id, tasks[0]?.id, tasks[0]?.id]);
    expect(seen.posts).toBe(1);
  });

  it("claims it where the first was refused", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock, seen } = fakeProvider({ answers: ["over-cap"] });
    const first = client({ taskStore, retry: { attempts: 1 } }).image2video.submit(body);
    const second = client({ taskStore }).image2video.submit(body);
    const [refused, made] = await success(clock, Promise.allSettled([first, second]));
    expect(refused).toMatchObject({ status: "rejected", reason: { providerCode: 1303 } });
    expect(made).toMatchObject({ status: "fulfilled" });
    expect(seen.posts).toBe(2);
  });

  it("has its own unknown once the sender's time is up, which advises no other id", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock } = world([gatewayNotFound], { taskStore });
    const origin = "https://api.cometapi.com";
    await taskStore.claim(leftBehind(clock, { dialect: "cometapi", origin }));
    const start = clock.now();
    const error = await failure(clock, client.image2video.submit(body));
    expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(clock.now() - start).toBeGreaterThanOrEqual(125_000);
    expect(error).toHaveProperty("message", expect.stringContaining("image2video/own"));
    expect(error).toHaveProperty("message", expect.not.stringMatching(/another (external_task_)?id/));
  });

  it("finds the task of a sender that has crashed before its time is up", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock, tasks, seen } = fakeProvider();
    await success(clock, client().image2video.submit(body));
    await taskStore.claim(leftBehind(clock));
    const start = clock.now();
    expect(await success(clock, client({ taskStore }).image2video.submit(body))).toHaveProperty(
      "task_id",
      tasks[0]?.id,
    );
    expect(clock.now() - start).toBeLessThan(10_000);
    expect(seen.posts).toBe(1);
  });

  it("gives its place back and asks no guard for more", async () => {
    const settled: string[] = [];
    const guard = { admit: () => ({ settle: ({ kind }: { kind: string }) => void settled.push(kind) }) };
    const taskStore = memoryTaskStore();
    const { client, clock } = fakeProvider({ slowness: 1_000 });
    const one = client({ taskStore, guards: [guard] });
    // It comes to the claim although another call was first: in between it saw no record.
    let unseen = 1;
    const blind = { ...taskStore, find: async (key: TaskKey) => (unseen-- > 0 ? undefined : taskStore.find(key)) };
    const other = client({ taskStore: blind, guards: [guard] });
    await success(clock, Promise.all([one.image2video.submit(body), other.image2video.submit(body)]));
    expect(settled.sort()).toEqual(["made", "refused"]);
    await success(clock, one.image2video.submit(body));
    expect(settled).toHaveLength(2);
  });
});

describe("two processes with one own id, of which the first is refused and waits for its repeat", () => {
  // A claim without news ends after 125 s; then the other looks for the task for 30 s.
  const waits = fc.oneof(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 120_000, max: 160_000 }));
  const begins = fc.integer({ min: 0, max: 130_000 });
  const answers = fc.constantFrom<("over-cap" | "lost")[]>(
    ["over-cap"],
    ["over-cap", "over-cap"],
    // Its first request is lost on the way, and its absence proven.
    ["lost", "over-cap"],
  );

  it("pay once, and get the same task, whenever each of them sends", async () => {
    const scenario = fc.record({ wait: waits, begin: begins, slowness: fc.constantFrom(0, 20_000, 90_000), answers });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ wait, begin, slowness, answers }) => {
        const manners = { answers, slowness, acceptAfter: never, uniqueAfter: never };
        const { client, clock, tasks } = fakeProvider(manners);
        const taskStore = memoryTaskStore();
        let attempts = 0;
        // From its second attempt on it waits, as in the line of a limiter.
        const ready = async () => void (attempts++ > 0 && (await clock.sleep(wait)));
        const first = client({ taskStore, guards: [{ admit: () => ({ ready, settle() {} }) }] });
        const second = async () => {
          await clock.sleep(begin);
          return client({ taskStore }).image2video.submit(body);
        };
        const made = await success(clock, Promise.all([first.image2video.submit(body), second()]));
        expect(made.map(({ task_id }) => task_id)).toEqual(["1000", "1000"]);
        expect(tasks).toHaveLength(1);
        expect(await taskStore.list()).toMatchObject([{ task_id: "1000" }]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("beside a live sender", () => {
  it("pending and resume declare nothing absent: the task was charged twice", async () => {
    for (const uniqueAfter of [0, never]) {
      const taskStore = memoryTaskStore();
      const { client, clock, tasks } = fakeProvider({ slowness: 60_000, uniqueAfter });
      const sender = client({ taskStore }).image2video.submit(body);
      const other = client({ taskStore });
      const recovery = (async () => {
        await vi.waitUntil(async () => (await other.pending()).length === 1);
        const [open] = await other.pending();
        await other.resume(open ?? handle);
        return other.image2video.submit(body);
      })();
      await success(clock, Promise.all([sender, recovery]));
      expect(tasks).toHaveLength(1);
    }
  });
});

describe("late bookkeeping", () => {
  it("of a slow sender does not take back what another process has found out", async () => {
    const taskStore = memoryTaskStore();
    const provider = fakeProvider();
    const slow = world(["no answer", answer(502, "<html>")], {
      dialect: "kling",
      taskStore,
      clock: provider.clock,
      submitTimeoutMs: 20_000,
      settleMs: 0,
    });
    await success(provider.clock, provider.client().image2video.submit(body));
    const late = slow.client.image2video.submit(body).catch((error: unknown) => error);
    await vi.waitUntil(async () => (await slow.client.pending()).length === 1);
    await success(provider.clock, provider.client({ taskStore }).resume(handle));
    expect(await success(provider.clock, late)).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(await taskStore.list()).toMatchObject([{ state: "ended", task_id: provider.tasks[0]?.id }]);
  });
});

describe("a crash between claim and send", () => {
  it("blocks the own id for good no more: at Kling the same call sends it once the time is up", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock, tasks } = fakeProvider();
    await taskStore.claim(leftBehind(clock));
    await success(clock, client({ taskStore }).image2video.submit(body));
    expect(tasks).toHaveLength(1);
  });

  it("and every unknown outcome can be settled as absent, but not while it may still be being sent", async () => {
    const { client, clock, posts } = world([networkFault("ECONNRESET"), gatewayNotFound]);
    expect(await failure(clock, client.image2video.submit(body))).toBeInstanceOf(SubmitOutcomeUnknownError);
    await expect(client.settle(handle, "absent")).rejects.toMatchObject({ name: "InputError", code: "still-sending" });
    clock.time += 125_000;
    await client.settle(handle, "absent");
    expect(await client.pending()).toEqual([]);
    const call = client.image2video.submit(body);
    call.catch(() => {});
    await vi.waitUntil(() => posts() === 2);
  });

  it("or settled as a task, which is then waited for", async () => {
    const { client, clock } = world([networkFault("ECONNRESET"), networkFault("ECONNRESET")], { settleMs: 0 });
    await failure(clock, client.image2video.submit(body));
    clock.time += 125_000;
    await client.settle(handle, { task_id: "77" });
    expect(await client.pending()).toMatchObject([{ state: "accepted", task_id: "77" }]);
    await client.settle(handle, { task_id: "77" });
    await expect(client.settle(handle, "absent")).rejects.toThrow(/known to exist/);
    await expect(client.settle({ ...handle, external_task_id: "other" }, "absent")).rejects.toThrow(/knows no/);
    await expect(client.settle(handle, { task_id: "../1" })).rejects.toBeInstanceOf(InputError);
  });
});

describe("a record", () => {
  it("holds the caller's note, and who may look when", async () => {
    const taskStore = memoryTaskStore();
    const { client, clock } = world([standing("submitted")], { taskStore, account: "studio" });
    const note = { row: 17 };
    await success(clock, client.image2video.submit(body, { note }));
    const origin = "https://api.cometapi.com";
    expect(await client.pending()).toMatchObject([
      { dialect: "cometapi", origin, account: "studio", note, until: clock.now() + 125_000, sentAt: clock.now() },
    ]);
    expect(JSON.stringify(await taskStore.list())).not.toContain("sk-test-key");
  });

  it("holds no note that is larger than 4 kB, or no JSON", async () => {
    const { client, clock, sent } = world([standing("submitted")]);
    for (const note of ["x".repeat(4_096), () => 1, 5n])
      expect(await failure(clock, client.image2video.submit(body, { note }))).toBeInstanceOf(InputError);
    expect(sent).toEqual([]);
  });

  it("of a task that was refused says so, and the task can be sent again", async () => {
    const { client, clock } = world([refusal(400, 1301)], { dialect: "kling" });
    expect(await failure(clock, client.image2video.submit(body))).toBeInstanceOf(RefusedError);
    expect(await client.pending()).toEqual([]);
  });
});

describe("a claim", () => {
  it("that has grown old before the request could leave keeps it from leaving", async () => {
    const taskStore = memoryTaskStore();
    const clock = new TestClock();
    const { client, seen } = fakeProvider({}, clock);
    let stalls = 1;
    const bearer = async () => {
      // As a process that is suspended for an hour.
      if (stalls-- > 0) clock.time += 3_600_000;
      return "token-of-the-vault";
    };
    const task = await success(clock, client({ taskStore, apiKey: { bearer } }).image2video.submit(body));
    expect(task).toHaveProperty("task_id");
    expect(seen.posts).toBe(1);
    const [record] = await taskStore.list();
    expect(record?.until).toBeGreaterThan(clock.now());
  });
});

it("a listener on the loopback interface is told apart from one that refuses", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { client, clock } = fakeProvider();
  const baseUrl = `http://127.0.0.1:${port}`;
  const kling = client({ baseUrl, fetch: globalThis.fetch, retry: { attempts: 2 } });
  expect(await failure(clock, kling.image2video.submit(body))).toMatchObject({
    code: "connection-refused",
    neverSent: true,
  });
  expect(await kling.pending()).toEqual([]);
});
