import { getEventListeners } from "node:events";
import {
  AbortedError,
  type AnyTask,
  ConnectionError,
  createLimiter,
  InputError,
  KlingkitError,
  type Limiter,
  type Outcome,
  type PaidRequest,
  type PartialHandle,
  type Place,
  RefusedError,
} from "@klingkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quiet, TestClock } from "./helpers.js";

const family = "text2video";
const pollMs = 10_000;

/** A task as a query shows it. */
const taskOf = (id: string, task_status: string, more: object = {}) =>
  ({ family, task_id: `task-${id}`, external_task_id: id, task_status, ...more }) as AnyTask;
const refusal = (code: string) => new RefusedError("No.", { code, retry: "after-delay", remedy: "" });
const handleOf = (id: string): PartialHandle => ({ family, task_id: `task-${id}`, external_task_id: id });
const made = (id: string, handle = handleOf(id)): Outcome => ({ kind: "made", handle, result: undefined });
const unknown = (handle: PartialHandle): Outcome => ({
  kind: "unknown",
  reason: "no-answer",
  handle,
  error: refusal("other"),
});
const refused: Outcome = { kind: "refused", error: refusal("invalid-parameter"), mayRepeat: false };

/** Requests at one limiter, and what is asked of the server meanwhile. */
function line(limiter: Limiter, clock = new TestClock()) {
  const asked: string[] = [];
  const left: string[] = [];
  const answers = new Map<string, string | Error>();
  const signals: (AbortSignal | undefined)[] = [];
  const get: PaidRequest["get"] = async ({ external_task_id = "" }, { signal }) => {
    asked.push(external_task_id);
    signals.push(signal);
    // A question that is never answered ends with its signal.
    if (answers.get(external_task_id) === "no answer")
      await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const answer = answers.get(external_task_id) ?? "processing";
    if (typeof answer !== "string") throw answer;
    // As the client does with whatever a query shows.
    limiter.saw?.(taskOf(external_task_id, answer));
    return taskOf(external_task_id, answer);
  };
  const request = (id: string, body: object = {}, signal?: AbortSignal): PaidRequest => ({
    operation: family,
    kind: "family",
    body: { model_name: "kling-v3", ...body },
    handle: { family, external_task_id: id },
    signal,
    clock,
    get,
    pollMs,
  });
  const admit = async (id: string, body: object = {}, signal?: AbortSignal) => {
    const place = (await limiter.admit(request(id, body, signal))) as Required<Place>;
    const ready = () => place.ready().then(() => void left.push(id));
    return { place, ready, waiting: ready() };
  };
  /** Those that were sent so far. */
  const sent = async () => {
    await quiet();
    return left.join(" ");
  };
  return { admit, answers, asked, clock, limiter, request, sent, signals };
}

describe("the slots of a model", () => {
  it("go to the first in line, and come back when a query shows the end, by either id", async () => {
    const { admit, limiter, sent } = line(createLimiter({ tasks: 2 }));
    const [a, b] = [await admit("a"), await admit("b"), await admit("c"), await admit("d")];
    expect(await sent()).toBe("a b");
    await a.place.settle(made("a"));
    await b.place.settle(unknown({ family, external_task_id: "b" }));
    expect(await sent()).toBe("a b");
    limiter.saw?.(taskOf("a", "processing"));
    limiter.saw?.(taskOf("stranger", "succeed"));
    limiter.saw?.({ ...taskOf("a", "succeed"), family: "image2video" } as AnyTask);
    expect(await sent()).toBe("a b");
    limiter.saw?.(taskOf("other", "succeed", { task_id: "task-a", external_task_id: undefined }));
    expect(await sent()).toBe("a b c");
    limiter.saw?.(taskOf("b", "failed"));
    expect(await sent()).toBe("a b c d");
    expect(limiter.inFlight()).toEqual({ "kling-v3": 2 });
    // A second word about an end frees nothing more.
    limiter.saw?.(taskOf("a", "succeed"));
    limiter.saw?.(taskOf("b", "succeed"));
    expect(limiter.inFlight()).toEqual({ "kling-v3": 2 });
  });

  it.each<[string, Outcome, number]>([
    ["was made", made("a"), 1],
    ["may exist, under its own id", unknown({ family, external_task_id: "a" }), 1],
    ["may exist, under the provider's id", unknown({ family, task_id: "task-a" }), 1],
    ["may exist and can't be asked for", unknown({ family }), 0],
    ["was not made", refused, 0],
  ])("stay with a task that %s", async (_, outcome, kept) => {
    const { admit, limiter, sent } = line(createLimiter({ tasks: 1 }));
    const { place } = await admit("a");
    await admit("b");
    expect(await sent()).toBe("a");
    await place.settle(outcome);
    expect(await sent()).toBe(kept === 1 ? "a" : "a b");
    expect(limiter.inFlight()).toEqual({ "kling-v3": 1 });
  });

  it("are not those of its pictures, which come from another pack", async () => {
    const { limiter, request } = line(createLimiter({ tasks: { "kling-v3": 1, "kling-v3 images": 2 } }));
    const pictures = { ...request("b", { n: 2 }), operation: "imageGenerations" };
    for (const paid of [request("a"), pictures]) await ((await limiter.admit(paid)) as Required<Place>).ready();
    expect(limiter.inFlight()).toEqual({ "kling-v3": 1, "kling-v3 images": 2 });
  });

  it("are none for what never left the line, and none for calls", async () => {
    const { limiter, request } = line(createLimiter({ tasks: 1 }));
    const place = await limiter.admit(request("a"));
    await place.settle(made("a"));
    place.refused?.(refusal("concurrency-limit"));
    const call = await limiter.admit({ ...request("b"), kind: "call" });
    expect(call.ready).toBeUndefined();
    await call.settle(made("b"));
    limiter.saw?.(taskOf("a", "succeed"));
    expect(limiter.inFlight()).toEqual({ "kling-v3": 0 });
  });

  it("are not freed by a task that shares only the lack of an id", async () => {
    const { admit, limiter, sent } = line(createLimiter({ tasks: 1 }));
    const { place } = await admit("a");
    await sent();
    await place.settle(unknown({ family, task_id: "task-a" }));
    limiter.saw?.(taskOf("b", "succeed", { external_task_id: undefined }));
    expect(limiter.inFlight()).toEqual({ "kling-v3": 1 });
  });

  it("are taken once, however often a request asks before it is sent", async () => {
    const { admit, limiter } = line(createLimiter({ tasks: 3 }));
    const { ready, waiting } = await admit("a");
    await waiting;
    await ready();
    expect(limiter.inFlight()).toEqual({ "kling-v3": 1 });
  });

  it("are one for each picture; more than there can be go alone, and only then", async () => {
    const { admit, limiter, sent } = line(createLimiter({ tasks: 2 }));
    const [small, large] = [await admit("small"), await admit("large", { n: 5 })];
    await admit("last");
    expect(await sent()).toBe("small");
    await small.place.settle(refused);
    expect(await sent()).toBe("small large");
    expect(limiter.inFlight()).toEqual({ "kling-v3": 5 });
    await large.place.settle(made("large"));
    expect(await sent()).toBe("small large");
    limiter.saw?.(taskOf("large", "succeed"));
    expect(await sent()).toBe("small large last");
  });

  it("are counted for each model, whose number may be given by itself", async () => {
    const { admit, limiter, sent } = line(createLimiter({ tasks: { "kling-v3": 1, none: 0 } }));
    for (const id of ["a", "b"]) await admit(id);
    for (const id of ["c", "d", "e"]) await admit(id, { model_name: "kling-v2-6" });
    for (const id of ["f", "g"]) await admit(id, { model_name: "none" });
    expect(await sent()).toBe("a c d e f");
    expect(limiter.inFlight()).toEqual({ "kling-v3": 1, "kling-v2-6": 3, none: 1 });
  });

  it.each([-1, Number.NaN, "2" as unknown as number])("are no number such as %j", (tasks) => {
    expect(() => createLimiter({ tasks })).toThrow(InputError);
    expect(() => createLimiter({ tasks: { "kling-v3": tasks } })).toThrow(InputError);
  });
});

describe("a limit that is learned", () => {
  it("is what was in flight when the provider refused; who was refused goes first", async () => {
    const { admit, limiter, sent } = line(createLimiter());
    const all = [await admit("a"), await admit("b"), await admit("c")];
    for (const [index, id] of ["a", "b"].entries()) await all[index]?.place.settle(made(id));
    expect(await sent()).toBe("a b c");
    all[2]?.place.refused(refusal("concurrency-limit"));
    expect(limiter.inFlight()).toEqual({ "kling-v3": 2 });
    await admit("d");
    void all[2]?.ready();
    expect(await sent()).toBe("a b c");
    limiter.saw?.(taskOf("a", "succeed"));
    expect(await sent()).toBe("a b c c");
    // After a round of as many ends as the limit, one more is tried.
    await all[2]?.place.settle(made("c"));
    limiter.saw?.(taskOf("b", "succeed"));
    expect(await sent()).toBe("a b c c d");
    await admit("e");
    expect(await sent()).toBe("a b c c d");
    limiter.saw?.(taskOf("c", "succeed"));
    expect(await sent()).toBe("a b c c d e");
    await admit("f");
    expect(await sent()).toBe("a b c c d e f");
  });

  it("is never below one, whatever is refused, and never above the number that was given", async () => {
    const { admit, limiter, sent } = line(createLimiter({ tasks: 2 }));
    const first = await admit("a");
    await sent();
    first.place.refused(refusal("concurrency-limit"));
    void first.ready();
    expect(await sent()).toBe("a a");
    await first.place.settle(made("a"));
    const ids = Array.from({ length: 12 }, (_, index) => `id-${index}`);
    for (const id of ids) {
      const { place, waiting } = await admit(id);
      void waiting.then(() => place.settle(made(id)));
    }
    await quiet();
    for (const id of ["a", ...ids]) {
      expect(limiter.inFlight()["kling-v3"]).toBeLessThanOrEqual(2);
      limiter.saw?.(taskOf(id, "succeed"));
      await quiet();
    }
    expect(limiter.inFlight()).toEqual({ "kling-v3": 0 });
  });

  it("is not learned from other refusals, nor twice from one", async () => {
    const { admit, limiter, sent } = line(createLimiter());
    const { place } = await admit("a");
    await sent();
    place.refused(refusal("rate-limit"));
    expect(limiter.inFlight()).toEqual({ "kling-v3": 1 });
    place.refused(refusal("concurrency-limit"));
    place.refused(refusal("concurrency-limit"));
    expect(limiter.inFlight()).toEqual({ "kling-v3": 0 });
  });
});

describe("an abort", () => {
  it("leaves the line at once, wherever it stood, and lets the next one through", async () => {
    const { admit, limiter, sent } = line(createLimiter({ tasks: 2 }));
    const first = await admit("first");
    const controller = new AbortController();
    const large = await admit("large", { n: 2 }, controller.signal);
    await admit("small");
    expect(await sent()).toBe("first");
    controller.abort("enough");
    await expect(large.waiting).rejects.toBeInstanceOf(AbortedError);
    await expect(large.waiting).rejects.toMatchObject({ cause: "enough" });
    expect(await sent()).toBe("first small");
    await first.place.settle(refused);
    expect(limiter.inFlight()).toEqual({ "kling-v3": 1 });
  });

  it("before the line is an abort, and after it nothing: no listener is left", async () => {
    const { admit, limiter } = line(createLimiter({ tasks: 1 }));
    const aborted = await admit("a", {}, AbortSignal.abort("early"));
    await expect(aborted.waiting).rejects.toMatchObject({ name: "AbortedError", cause: "early" });
    const controller = new AbortController();
    const { waiting } = await admit("b", {}, controller.signal);
    await waiting;
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    controller.abort();
    expect(limiter.inFlight()).toEqual({ "kling-v3": 1 });
  });
});

describe("as long as a request waits, the limiter asks by itself", () => {
  /** Two tasks in flight, made ten seconds one after the other, and a third request that waits. */
  async function waiting(others: readonly string[] = ["a", "b"]) {
    const all = line(createLimiter({ tasks: others.length }));
    for (const id of others) {
      const { place } = await all.admit(id);
      await all.sent();
      await place.settle(made(id));
      all.clock.time += 3_000;
    }
    const third = await all.admit("third");
    await quiet();
    return { ...all, third };
  }

  it("for the task that was not asked for the longest, one a pause, until there is room", async () => {
    const { answers, asked, clock, sent } = await waiting();
    expect(asked).toEqual([]);
    await clock.advance(pollMs - 1);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(asked).toEqual(["a"]);
    await clock.advance(2 * pollMs);
    expect(asked).toEqual(["a", "b", "a"]);
    answers.set("b", "succeed");
    await clock.advance(pollMs);
    expect(await sent()).toBe("a b third");
    expect(asked).toEqual(["a", "b", "a", "b"]);
    // Nobody waits any more: nothing is asked, no timer is left.
    await clock.advance(100 * pollMs);
    expect(asked).toHaveLength(4);
    expect(clock.sleepers.size).toBe(0);
  });

  it("for none that somebody else has just asked for", async () => {
    const { asked, clock, limiter } = await waiting(["a"]);
    await clock.advance(pollMs / 2);
    limiter.saw?.(taskOf("a", "processing"));
    await clock.advance(pollMs / 2);
    expect(asked).toEqual([]);
    await clock.advance(pollMs);
    expect(asked).toEqual(["a"]);
  });

  it("again where the answer is a fault that passes, and takes a task for over that can't be asked for", async () => {
    for (const error of [
      new ConnectionError("gone", { code: "reset", retry: "after-delay", remedy: "" } as never),
      new KlingkitError("no such task", { code: "task-not-found", retry: "never", remedy: "" }),
      new TypeError("a fault of somebody's get"),
    ]) {
      const { answers, asked, clock, sent } = await waiting(["a"]);
      answers.set("a", error);
      await clock.advance(pollMs);
      const passes = error instanceof ConnectionError;
      expect(await sent()).toBe(passes ? "a" : "a third");
      await clock.advance(2 * pollMs);
      expect(asked).toEqual(passes ? ["a", "a", "a"] : ["a"]);
    }
  });

  it("no longer when the last one that waits has gone, and again for the next", async () => {
    const { admit, answers, asked, clock, limiter, request, sent } = await waiting(["a"]);
    limiter.saw?.(taskOf("a", "succeed"));
    expect(await sent()).toBe("a third");
    expect(clock.sleepers.size).toBe(0);
    const place = await limiter.admit(request("x"));
    expect(place.ready).toBeDefined();
    const controller = new AbortController();
    const leaving = await admit("leaving", {}, controller.signal);
    controller.abort();
    await expect(leaving.waiting).rejects.toThrow();
    await clock.advance(5 * pollMs);
    expect(asked).toEqual([]);
    answers.set("third", "succeed");
    await admit("later");
    await clock.advance(5 * pollMs);
    expect(asked).toEqual([]);
  });

  it("in one round, however many wait", async () => {
    const { admit, answers, asked, clock, sent } = await waiting();
    for (const id of ["fourth", "fifth"]) await admit(id);
    await clock.advance(3 * pollMs);
    expect(asked).toEqual(["a", "b", "a"]);
    expect(clock.sleepers.size).toBe(1);
    for (const id of ["a", "b"]) answers.set(id, "succeed");
    await clock.advance(2 * pollMs);
    expect(await sent()).toBe("a b third fourth");
    expect(clock.sleepers.size).toBe(0);
  });

  it("and takes back a question that is under way when nobody waits any more", async () => {
    const { admit, answers, asked, clock, limiter, sent, signals } = await waiting(["a"]);
    answers.set("a", "no answer");
    await clock.advance(pollMs);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
    limiter.saw?.(taskOf("a", "succeed"));
    expect(await sent()).toBe("a third");
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    await admit("later");
    await clock.advance(5 * pollMs);
    expect(asked).toEqual(["a"]);
  });

  it("in one round also where the next one comes while a question is taken back", async () => {
    const { admit, answers, clock, limiter, request, sent } = await waiting();
    answers.set("a", "no answer");
    await clock.advance(pollMs);
    const next = (await limiter.admit(request("next"))) as Required<Place>;
    limiter.saw?.(taskOf("a", "succeed"));
    void next.ready();
    expect(await sent()).toBe("a b third");
    await admit("last");
    await quiet();
    expect(clock.sleepers.size).toBe(1);
  });

  it("and gets back the slots of both requests that went out under one own id", async () => {
    const { admit, answers, clock, limiter, sent } = line(createLimiter({ tasks: 2 }));
    // The first was settled as absent, so that its id was sent again.
    const [first, again] = [await admit("a"), await admit("a")];
    await sent();
    await first.place.settle(unknown({ family, external_task_id: "a" }));
    await again.place.settle(made("a"));
    answers.set("a", "succeed");
    await admit("b");
    await admit("c");
    await clock.advance(3 * pollMs);
    expect(await sent()).toBe("a a b c");
    expect(limiter.inFlight()).toEqual({ "kling-v3": 2 });
  });

  it("begins where the first task is made only later", async () => {
    const { admit, answers, asked, clock, sent } = line(createLimiter({ tasks: 1 }));
    const { place } = await admit("a");
    await admit("b");
    await clock.advance(3 * pollMs);
    expect(asked).toEqual([]);
    await place.settle(made("a"));
    answers.set("a", "succeed");
    await clock.advance(pollMs);
    expect(asked).toEqual(["a"]);
    expect(await sent()).toBe("a b");
  });
});

describe("whatever comes", () => {
  it("requests leave in their order, within the limit unless alone, and every slot comes back", async () => {
    const request = fc.record({
      slots: fc.integer({ min: 1, max: 4 }),
      ends: fc.constantFrom("made", "refused", "gone"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 15 }), fc.integer({ min: 1, max: 4 }), async (all, limit) => {
        const { admit, limiter, sent, clock } = line(createLimiter({ tasks: limit }));
        for (const [index, { slots, ends }] of all.entries()) {
          const { place, waiting } = await admit(String(index), { n: slots });
          void waiting.then(async () => {
            const taken = limiter.inFlight()["kling-v3"] ?? 0;
            expect(taken <= limit || taken === slots).toBe(true);
            await clock.sleep(1_000);
            const outcome = ends === "made" ? made(String(index)) : ends === "refused" ? refused : unknown({ family });
            await place.settle(outcome);
            await clock.sleep(5_000);
            limiter.saw?.(taskOf(String(index), "succeed"));
          });
        }
        await clock.advance(200_000);
        expect(await sent()).toBe(all.map((_, index) => index).join(" "));
        expect(limiter.inFlight()).toEqual(all.length === 0 ? {} : { "kling-v3": 0 });
        expect(clock.sleepers.size).toBe(0);
      }),
      { numRuns: 25 },
    );
  });
});
