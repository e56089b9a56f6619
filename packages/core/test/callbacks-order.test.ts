import { createCallbackMemory, createCallbackWaiter } from "@klingkit/core/callbacks";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { about, callback, key, post, receiver, withToken } from "./callbacks-kit.js";
import { answer, quiet, taskId, world } from "./helpers.js";

const lives = fc
  .record({
    running: fc.array(fc.constantFrom("processing", "queueing"), { maxLength: 3 }),
    end: fc.constantFrom("succeed", "succeeded", "failed"),
    pauses: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ running, end, pauses }) => {
    let time = 1_000;
    return ["submitted", ...running, end].map((status, index) => {
      time += pauses[index] ?? 0;
      return callback(status, time);
    });
  });

/** Every callback of a life at least once, some several times, in any order. */
const deliveries = lives.chain((life) =>
  fc
    .array(fc.constantFrom(...life), { maxLength: 6 })
    .chain((repeats) => fc.shuffledSubarray([...life, ...repeats], { minLength: life.length + repeats.length })),
);

describe("any permutation of a task's callbacks, with duplicates", () => {
  it.each([
    ["one after the other", false],
    ["all at once", true],
  ])("received %s, ends with exactly one report of the end", async (_, together) => {
    const url = await withToken();
    await fc.assert(
      fc.asyncProperty(deliveries, fc.boolean(), async (arrivals, confirming) => {
        const end = arrivals.find(({ task_status }) => /^(succeed|succeeded|failed)$/.test(task_status));
        const data = { task_id: taskId, task_status: end?.task_status, task_info: {} };
        const { client, sent } = world([answer(200, { code: 0, message: "", data })]);
        const { receive, done, reports, errors, statuses } = receiver({
          token: key,
          ...(confirming ? { client } : {}),
        });
        const send = async (one: (typeof arrivals)[number]) => {
          expect((await receive(post(url, one))).status).toBe(204);
          if (!together) await done();
        };
        if (together) await Promise.all(arrivals.map(send));
        else for (const one of arrivals) await send(one);
        await done();
        expect(statuses().at(-1)).toBe(end?.task_status);
        expect(statuses().filter((status) => status === end?.task_status)).toHaveLength(1);
        expect(new Set(statuses().filter((status) => status === "submitted")).size).toBeLessThanOrEqual(1);
        expect(sent).toHaveLength(confirming ? 1 : 0);
        expect(errors).toEqual([]);
        const times = reports.filter(({ report }) => !report.confirmed).map(({ task }) => Number(task.updated_at));
        expect(times).toEqual([...times].sort((left, right) => left - right));
      }),
      { numRuns: 300 },
    );
  });
});

describe("what has been seen", () => {
  it("is told apart by task", async () => {
    const { receive, done, statuses } = receiver({ token: key });
    for (const external_task_id of ["one", "two"]) {
      await receive(post(await withToken({ ...about, external_task_id }), callback("succeed", 5)));
    }
    await done();
    expect(statuses()).toEqual(["succeed", "succeed"]);
  });

  it("is bounded: the task not heard of for longest is forgotten", () => {
    const memory = createCallbackMemory(2);
    const claim = (task: string, updatedAt: number) => memory.claim({ task, status: "processing", updatedAt });
    expect([claim("a", 1), claim("b", 1), claim("a", 2), claim("c", 1)]).toEqual([true, true, true, true]);
    expect(claim("a", 1)).toBe(false);
    expect(claim("b", 1)).toBe(true);
  });

  /** Callbacks of one task, each as its status and its time: "submitted 1, processing 2". */
  const callbacksOf = (text: string) =>
    text.split(", ").map((one) => {
      const [status = "", time] = one.split(" ");
      return { task: "a", status, updatedAt: Number(time) };
    });

  it.each<[string, string, boolean[]]>([
    ["of one moment is in the order of a task's life", "submitted 1, processing 1, succeed 1", [true, true, true]],
    ["of one moment, in another order, is old", "processing 1, submitted 1, queueing 1", [true, false, false]],
    ["is old before a later moment, unless it is the end", "submitted 5, processing 3, succeed 4", [true, false, true]],
    ["is new at a later moment", "processing 1, queueing 2, processing 3", [true, true, true]],
    ["is nothing after the end", "succeed 1, processing 2, failed 3", [true, false, false]],
  ])("%s", (_, callbacks, expected) => {
    const memory = createCallbackMemory();
    expect(callbacksOf(callbacks).map((one) => memory.claim(one))).toEqual(expected);
  });

  it.each<[string, string, string, boolean]>([
    ["the last one is new again", "submitted 1, processing 2", "processing 2", true],
    ["an earlier one is not", "processing 1, processing 2", "processing 1", false],
    ["one of the same moment is not", "submitted 2, processing 2", "submitted 2", false],
    ["one of another moment is not", "submitted 2, processing 2", "processing 1", false],
  ])("that could not be reported is let go of: %s", (_, callbacks, released, expected) => {
    const memory = createCallbackMemory();
    for (const one of callbacksOf(callbacks)) memory.claim(one);
    for (const one of callbacksOf(released)) {
      memory.release(one);
      memory.release({ ...one, task: "unknown" });
    }
    expect(memory.claim({ task: "a", status: "processing", updatedAt: 2 })).toBe(expected);
  });

  it.each(["processing", "succeed"])("loses no end by a forged %s of a time to come", async (forged) => {
    const tasks = [...(forged === "succeed" ? ["processing"] : []), "succeed"].map((task_status) =>
      answer(200, { code: 0, message: "", data: { task_id: taskId, task_status, task_info: {} } }),
    );
    const { receive, done, reports } = receiver({ token: key, client: world(tasks).client });
    await receive(post(await withToken(), callback(forged, Number.MAX_SAFE_INTEGER)));
    await done();
    await receive(post(await withToken(), callback("succeed", 5)));
    await done();
    expect(reports.at(-1)).toMatchObject({ task: { task_status: "succeed" }, report: { confirmed: true } });
  });

  it("goes by the status where a callback says no time, or one that is no number", async () => {
    for (const times of [
      [undefined, undefined, undefined],
      ["9", "10", "11"],
    ]) {
      const { receive, done, statuses } = receiver({ token: key });
      const words = ["submitted", "processing", "succeed"];
      for (const [index, word] of words.entries())
        await receive(post(await withToken(), callback(word, 0, { updated_at: times[index] })));
      await done();
      expect(statuses()).toEqual(words);
    }
  });

  it("goes by the time where a callback says it", async () => {
    const { receive, done, statuses } = receiver({ token: key });
    for (const [word, time] of [
      ["processing", 1],
      ["queueing", 2],
      ["processing", 2],
    ] as const)
      await receive(post(await withToken(), callback(word, time)));
    await done();
    expect(statuses()).toEqual(["processing", "queueing"]);
  });

  it("can be kept elsewhere, and a store that fails loses no answer", async () => {
    const { receive, done, errors } = receiver({
      token: key,
      seen: { claim: async () => Promise.reject(new Error("store down")), release: () => {} },
    });
    expect((await receive(post(await withToken(), callback("succeed", 5)))).status).toBe(204);
    await done();
    expect(errors).toMatchObject([{ message: "store down" }]);
  });

  it("survives an observer that throws", async () => {
    const { receive, done } = receiver({
      token: key,
      onTask: () => {
        throw new Error("one");
      },
      onError: () => {
        throw new Error("two");
      },
    });
    await receive(post(await withToken(), callback("succeed", 5)));
    await expect(done()).resolves.toEqual([undefined]);
  });

  it("survives an asynchronous onError that rejects", async () => {
    const onError = vi.fn(() => Promise.reject(new Error("two")));
    const { receive, done } = receiver({ token: key, onTask: () => Promise.reject(new Error("one")), onError });
    await receive(post(await withToken(), callback("succeed", 5)));
    await expect(done()).resolves.toEqual([undefined]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it("reports what failed first: a memory that can't release it hid the real error", async () => {
    const { receive, done, errors } = receiver({
      token: key,
      onTask: () => Promise.reject(new Error("the real one")),
      seen: { claim: () => true, release: () => Promise.reject(new Error("store down")) },
    });
    await receive(post(await withToken(), callback("succeed", 5)));
    await done();
    expect(errors).toMatchObject([{ message: "the real one" }]);
  });
});

describe("a waiter", () => {
  it("resolves with the next report about the task, by either id, and leaves nothing behind", async () => {
    const waiter = createCallbackWaiter();
    const { receive, done } = receiver({ token: key, onTask: waiter.onTask });
    const byOwnId = waiter.next(about);
    const byTaskId = waiter.next({ family: "image2video", task_id: taskId });
    const controller = new AbortController();
    const otherFamily = waiter.next({ family: "text2video", task_id: taskId }, controller);
    await receive(post(await withToken(), callback("processing", 5)));
    await done();
    expect([(await byOwnId).task_status, (await byTaskId).task_status]).toEqual(["processing", "processing"]);
    expect(waiter.waiting).toBe(1);
    controller.abort();
    await expect(otherFamily).rejects.toMatchObject({ code: "aborted" });
    expect(waiter.waiting).toBe(0);
  });

  it("does not take another task's report for its own", async () => {
    const waiter = createCallbackWaiter();
    const told: unknown[] = [];
    const [family, other] = ["image2video", { task_id: "2", task_status: "succeed" }];
    for (const handle of [
      { family, task_id: "1" },
      { family, external_task_id: "a" },
    ])
      void waiter.next(handle).then((task) => told.push(task));
    waiter.onTask({ family, ...other }, {} as never);
    waiter.onTask({ family, ...other, external_task_id: "b" }, {} as never);
    await quiet();
    expect([told, waiter.waiting]).toEqual([[], 2]);
  });

  it("ends at once with an abort, also one from before", async () => {
    const waiter = createCallbackWaiter();
    const controller = new AbortController();
    const waiting = waiter.next(about, { signal: controller.signal });
    controller.abort("enough");
    await expect(waiting).rejects.toMatchObject({ code: "aborted", handle: about });
    await expect(waiter.next(about, { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
    expect(waiter.waiting).toBe(0);
  });
});
