import { createKlingClient, createLimiter, type Dialect, type LimiterOptions } from "@klingkit/core";
import { createMock, MockClock } from "@klingkit/mock-server";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failure, finish, quiet, success, TestClock } from "../packages/core/test/helpers.js";

const body = { model_name: "kling-v3", prompt: "a heron" } as const;

/** A client of an account with `cap` slots a model. */
function limited(cap: number, options: LimiterOptions = {}, dialect: Dialect = "cometapi") {
  const clock = new TestClock();
  const accounts = { "sk-test-key": { parallelTasks: cap } };
  const mock = createMock({ dialect, accounts, clock: new MockClock(() => clock.now()) });
  const limiter = createLimiter(options);
  const order: string[] = [];
  const settings = { apiKey: "sk-test-key", dialect, fetch: mock.fetch, clock, limiter, random: () => 0.5 };
  const client = createKlingClient(settings);
  const generate = (id: string, more = {}, signal?: AbortSignal) =>
    client.text2video
      .generate({ ...body, ...more, external_task_id: id }, signal ? { signal } : {})
      .then((task) => void order.push(String(task.external_task_id)));
  const refused = () => mock.requests.list().filter(({ status }) => status === 429).length;
  return { client, clock, mock, limiter, generate, order, refused, settings };
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

describe("a limiter", () => {
  it("with a number given never has more tasks in flight, and everyone gets a turn, the first come first", async () => {
    const { clock, generate, limiter, refused, mock } = limited(3, { tasks: 3 });
    await success(clock, Promise.all(ids(20).map((id) => generate(id))));
    expect(refused()).toBe(0);
    expect(mock.ledger.charges.map(({ externalTaskId }) => externalTaskId)).toEqual(ids(20));
    expect(limiter.inFlight()).toEqual({ "kling-v3": 0 });
    expect(clock.sleepers.size).toBe(0);
  });

  it("without one learns it from the provider, and nobody is turned away", async () => {
    const { clock, generate, mock, refused } = limited(4);
    const outcome = await finish(clock, Promise.all(ids(40).map((id) => generate(id))), 20_000);
    expect(outcome).not.toHaveProperty("error");
    expect(mock.ledger.charges).toHaveLength(40);
    // Thirty-six find the account full at first; from then on one is tried above the limit after each round.
    expect(refused()).toBeLessThanOrEqual(36 + 40 / 4 + 4);
    expect(clock.sleepers.size).toBe(0);
  });

  it("counts each model by itself, and pictures one each", async () => {
    const { client, clock, limiter } = limited(4, { tasks: 4 });
    const pictures = (n: number) => client.imageGenerations.submit({ model_name: "kling-v2-1", prompt: "a heron", n });
    const calls = [pictures(3), client.text2video.submit(body), pictures(2)];
    await success(clock, Promise.all(calls.slice(0, 2)));
    expect(limiter.inFlight()).toEqual({ "kling-v2-1 images": 3, "kling-v3": 1 });
    await success(clock, Promise.all(calls));
    expect(limiter.inFlight()).toMatchObject({ "kling-v2-1 images": 2 });
  });

  it("lets a request that needs more than there can be go alone", async () => {
    const { client, clock } = limited(9, { tasks: 2 });
    await success(clock, client.imageGenerations.submit({ model_name: "kling-v2-1", prompt: "a heron", n: 5 }));
  });

  it("finds out by itself that a task has ended that nobody waits for", async () => {
    const { client, clock, mock } = limited(1, { tasks: 1 });
    await success(clock, Promise.all(ids(3).map((id) => client.text2video.submit({ ...body, external_task_id: id }))));
    expect(mock.ledger.charges).toHaveLength(3);
    expect(clock.sleepers.size).toBe(0);
  });

  it("is left by an abort, at once and without a trace", async () => {
    const { clock, generate, limiter, mock, client, order } = limited(1, { tasks: 1 });
    const controller = new AbortController();
    const first = generate("first");
    const second = generate("second", {}, controller.signal);
    const third = generate("third");
    await quiet();
    controller.abort("stop");
    expect(await failure(clock, second)).toMatchObject({ name: "AbortedError", cause: "stop" });
    await success(clock, Promise.all([first, third]));
    expect(order).toEqual(["first", "third"]);
    expect(mock.ledger.charges).toHaveLength(2);
    expect(limiter.inFlight()).toEqual({ "kling-v3": 0 });
    expect((await client.pending()).map(({ external_task_id }) => external_task_id)).not.toContain("second");
  });

  it("is shared by the clients that are given it", async () => {
    const { clock, settings, mock } = limited(2, { tasks: 2 });
    const clients = [createKlingClient(settings), createKlingClient(settings)];
    const all = ids(8).map((_, index) => clients[index % 2]?.text2video.generate(body));
    await success(clock, Promise.all(all));
    expect(mock.requests.list().filter(({ status }) => status === 429)).toEqual([]);
    expect(mock.ledger.charges).toHaveLength(8);
  });

  it("gives every place back, whatever happens to its request", async () => {
    const fault = fc.constantFrom(
      "",
      "",
      "code=1301",
      "fault=html-502",
      "fault=reset-after-accept",
      "code=1102",
      "code=1303",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), async (faults, cap) => {
        const { client, clock, limiter, mock } = limited(cap, { tasks: cap }, "kling");
        const calls = faults.map((prefer) => {
          if (prefer) mock.rules.add({ match: { method: "POST" }, prefer, times: 1 });
          return client.text2video.generate(body).catch((error: unknown) => error);
        });
        await success(clock, Promise.all(calls));
        expect(limiter.inFlight()).toEqual(faults.length === 0 ? {} : { "kling-v3": 0 });
        expect(clock.sleepers.size).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
