import { type AnyTask, type Guard, InputError, KlingkitError, memoryTaskStore, type Outcome } from "@klingkit/core";
import { createBudget, estimate } from "@klingkit/core/pricing";
import { describe, expect, it } from "vitest";
import { answer, failure, networkFault, picture, refusal, type Step, standing, success, world } from "./helpers.js";

const body = { model_name: "kling-v2-6", image: picture, mode: "std", duration: "5" } as const;
const price = estimate("image2video", body).usd ?? Number.NaN;

/** A guard that is asked and told asynchronously, as one on a database is. */
function asynchronous(settled: Outcome[], more: Partial<Guard> = {}): Guard {
  const pause = () => new Promise((resolve) => setImmediate(resolve));
  return {
    async admit() {
      await pause();
      return {
        async settle(outcome) {
          await pause();
          settled.push(outcome);
        },
      };
    },
    ...more,
  };
}

describe("a guard", () => {
  it.each<[string, Step, object]>([
    ["made", standing("submitted"), { kind: "made", handle: { family: "image2video" } }],
    ["refused", refusal(400, 1201), { kind: "refused", error: { providerCode: 1201 } }],
    [
      "unknown",
      networkFault("ECONNRESET"),
      { kind: "unknown", reason: "no-answer", handle: { family: "image2video" } },
    ],
  ])("is told %s before the call ends, also where it takes its time", async (_, step, expected) => {
    const settled: Outcome[] = [];
    const { client, clock } = world([step], { guards: [asynchronous(settled)], settleMs: 0 });
    await success(
      clock,
      client.image2video.submit(body).catch(() => {}),
    );
    expect(settled).toMatchObject([expected]);
  });

  it("that throws refuses the request before it is claimed or sent", async () => {
    const taskStore = memoryTaskStore();
    const settled: Outcome[] = [];
    const mine = new KlingkitError("Not today.", { code: "mine", retry: "after-delay", remedy: "Come back." });
    for (const thrown of [new Error("the database is down"), mine]) {
      const failing: Guard = { admit: () => Promise.reject(thrown) };
      const { client, clock, sent } = world([standing("submitted")], {
        taskStore,
        guards: [asynchronous(settled), failing],
      });
      const error = await failure(clock, client.image2video.submit(body));
      if (thrown === mine) expect(error).toBe(mine);
      else
        expect(error).toMatchObject({
          name: "InputError",
          code: "guard",
          message: expect.stringContaining("database"),
        });
      expect(sent).toEqual([]);
    }
    expect(await taskStore.list()).toEqual([]);
    // Those that were asked before have their places back.
    expect(settled.map(({ kind }) => kind)).toEqual(["refused", "refused"]);
  });

  it("that fails when it is told loses no task", async () => {
    const broken: Guard = { admit: () => ({ settle: () => Promise.reject(new Error("the database is down")) }) };
    const { client, clock, events } = world([standing("submitted")], { guards: [broken] });
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_id");
    expect(events).toContainEqual(expect.objectContaining({ type: "guard-failed", operation: "image2video" }));
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("the database is down");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the database is down"))],
  ])("that %s when it is told of a task or a refusal loses no result", async (_, fail) => {
    const guard: Guard = { admit: () => ({ refused: fail as () => void, settle() {} }), saw: fail as () => void };
    const steps = [refusal(429, 1303), networkFault("ECONNRESET"), standing("processing"), standing("succeed")];
    const { client, clock, events } = world(steps, { guards: [guard], settleMs: 0 });
    // A task that was found after an ambiguous create was reported as unknown.
    expect(await success(clock, client.image2video.generate(body))).toHaveProperty("task_status", "succeed");
    const failed = events.filter(({ type }) => type === "guard-failed");
    expect(failed).toHaveLength(3);
    expect(failed[0]).toMatchObject({ operation: "image2video", cause: { message: "the database is down" } });
    const list = answer(200, { code: 0, message: "", data: [{ task_id: "1", task_status: "failed" }] });
    const lists = world([list], { guards: [guard], dialect: "kling" });
    expect(await success(lists.clock, lists.client.image2video.list())).toHaveLength(1);
  });

  it("is given what it needs and nothing inside: name, kind, body, handle, time, and a way to ask", async () => {
    const seen: unknown[] = [];
    const tasks: AnyTask[] = [];
    const guard: Guard = {
      async admit(request) {
        seen.push({ ...request, clock: typeof request.clock.now(), get: undefined });
        tasks.push(await request.get({ family: "image2video", task_id: "7" }, {}));
        return { settle() {} };
      },
    };
    const { client, clock } = world([standing("processing")], { guards: [guard] });
    await success(clock, client.image2video.submit({ ...body, external_task_id: "own" }));
    const handle = { family: "image2video", external_task_id: "own" };
    expect(seen).toMatchObject([
      { operation: "image2video", kind: "family", handle, body: { mode: "std" }, clock: "number" },
    ]);
    expect(tasks).toMatchObject([{ task_id: "7" }]);
  });
});

describe("a budget", () => {
  it("gives back what a failed task cost, whichever query shows the failure", async () => {
    const budget = createBudget({ budget: 10 });
    const { client, clock } = world([standing("submitted"), standing("processing"), standing("failed")], { budget });
    await failure(clock, client.image2video.generate(body));
    expect(budget.spent).toBe(0);
    await failure(clock, client.image2video.wait({ task_id: "1" }));
    expect(budget.spent).toBe(0);
  });

  it("keeps what a succeeded or unknown one cost", async () => {
    const budget = createBudget({ budget: 10 });
    const { client, clock } = world([networkFault("ECONNRESET"), answer(502, "")], { budget, settleMs: 0 });
    await failure(clock, client.image2video.submit(body));
    expect(budget.spent).toBeCloseTo(price);
    const good = world([standing("submitted"), standing("succeed")], { budget });
    await success(good.clock, good.client.image2video.generate(body));
    expect(budget.spent).toBeCloseTo(2 * price);
  });

  it("goes on from what an earlier process has spent", async () => {
    const budget = createBudget({ budget: 2 * price, spent: price });
    const { client, clock } = world([standing("submitted")], { budget });
    await success(clock, client.image2video.submit(body));
    expect(await failure(clock, client.image2video.submit(body))).toMatchObject({ code: "over-budget" });
    expect(budget.spent).toBeCloseTo(2 * price);
    expect(() => createBudget({ spent: -1 })).toThrow(InputError);
  });
});
