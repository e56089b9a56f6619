import { getEventListeners } from "node:events";
import { AbortedError, InputError, type KlingkitError, keyPair, RefusedError, WaitTimeoutError } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import {
  answer,
  envelope,
  failure,
  finish,
  html,
  networkFault,
  picture,
  quiet,
  refusal,
  type Sent,
  type Step,
  standing,
  success,
  TestClock,
  task,
  taskId,
  world,
} from "./helpers.js";

const start = 1_800_000_000_000;
const handle = { family: "image2video", task_id: taskId };

/** When the requests arrived, in milliseconds after the start. */
function times(sent: readonly Sent[]): number[] {
  return sent.map(({ at }) => at - start);
}

describe("the pauses of a wait", () => {
  it("are the family's: ten seconds first, then growing from five to fifteen", async () => {
    const { client, clock, sent } = world([standing("processing")]);
    await failure(clock, client.image2video.wait(taskId, { timeoutMs: 120_000 }));
    const [first, ...rest] = times(sent).map((time, index, all) => time - (all[index - 1] ?? 0));
    expect(first).toBe(10_000);
    expect(rest.slice(0, 4).map(Math.round)).toEqual([5_000, 6_000, 7_200, 8_640]);
    for (const pause of rest) expect(pause).toBeLessThanOrEqual(15_000);
    expect(Math.max(...rest)).toBe(15_000);
  });

  it("have jitter, and are never longer than the longest nor shorter than the floor", async () => {
    for (const draw of [0, 0.999_999]) {
      const { client, clock, sent } = world([standing("processing")], { random: () => draw });
      await failure(clock, client.image2video.wait(taskId, { timeoutMs: 200_000, pollMs: 8_000 }));
      const rest = times(sent)
        .slice(1, -1)
        .map((time, index) => time - (times(sent)[index] ?? 0));
      expect(rest[0]).toBeCloseTo(draw === 0 ? 4_500 : 5_500, -1);
      for (const pause of rest) expect(pause).toBeLessThanOrEqual(8_000);
    }
  });

  it("are short where answers cost no time", async () => {
    for (const baseUrl of ["http://127.0.0.1:4600", "http://localhost:4600", "http://[::1]:4600"]) {
      const { client, clock, sent } = world([standing("processing"), standing("succeed")], { baseUrl });
      await success(clock, client.image2video.wait(taskId));
      expect(times(sent)).toEqual([250, 500]);
    }
  });

  it("are never below the floor, whatever is asked for", async () => {
    const { client, clock, sent } = world([standing("processing")]);
    await failure(clock, client.image2video.wait(taskId, { timeoutMs: 1_000, firstPollMs: 0, pollMs: 0 }));
    expect(sent).toHaveLength(20);
  });

  it("follow the server's Retry-After, within bounds", async () => {
    const { client, clock, sent } = world([
      refusal(429, 1302, { "retry-after": "30" }),
      refusal(429, 1302, { "retry-after": "9999999" }),
      standing("succeed"),
    ]);
    await success(clock, client.image2video.wait(taskId));
    expect(times(sent)).toEqual([10_000, 40_000, 100_000]);
  });

  it("are not filled with repeats: one request a poll", async () => {
    const { client, clock, sent } = world([refusal(500, 5000), refusal(500, 5000), standing("succeed")]);
    await success(clock, client.image2video.wait(taskId, { firstPollMs: 1_000, pollMs: 1_000 }));
    expect(times(sent)).toEqual([1_000, 2_000, 3_000]);
  });

  it("tell each poll that no answer came to, so that a wait for a server that has ended is not silent", async () => {
    const { client, clock, events } = world([networkFault("ECONNRESET"), "no answer", standing("succeed")], {
      timeoutMs: 500,
    });
    await success(clock, client.image2video.wait(taskId, { firstPollMs: 1_000, pollMs: 1_000 }));
    expect(events.filter(({ type }) => type !== "status")).toMatchObject([
      { type: "request" },
      { type: "no-answer", method: "GET", path: "/kling/v1/videos/image2video/{id}", code: "connection-lost" },
      { type: "request" },
      { type: "no-answer", code: "timeout" },
      { type: "request" },
      { type: "response", status: 200 },
    ]);
  });
});

describe("the deadline", () => {
  it("is half an hour unless it is said", async () => {
    const { client, clock } = world([standing("processing")]);
    expect(await failure(clock, client.image2video.wait(taskId))).toBeInstanceOf(WaitTimeoutError);
    expect(clock.now() - start).toBe(30 * 60_000);
  });

  it("of 0 asks exactly once", async () => {
    const { client, clock, sent } = world([standing("processing")]);
    expect(await failure(clock, client.image2video.wait(taskId, { timeoutMs: 0 }))).toBeInstanceOf(WaitTimeoutError);
    expect(sent).toHaveLength(1);
    const done = world([standing("succeed")]);
    expect(await success(done.clock, done.client.image2video.wait(taskId, { timeoutMs: 0 }))).toMatchObject(handle);
  });

  it.each([Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 2 ** 31])(
    "of %d waits as long as it takes",
    async (timeoutMs) => {
      const steps = Array.from({ length: 40 }, () => standing("processing"));
      const { client, clock } = world([...steps, standing("succeed")]);
      expect(await success(clock, client.image2video.wait(taskId, { timeoutMs }))).toHaveProperty(
        "task_status",
        "succeed",
      );
    },
  );

  it.each([
    { timeoutMs: Number.NaN },
    { timeoutMs: -1 },
    { pollMs: Number.NaN },
    { firstPollMs: Number.NaN },
    { pollMs: "fast" as unknown as number },
  ])("and the pauses have to be numbers, or the wait would spin: %j", async (options) => {
    const { client, clock, sent } = world([standing("processing")]);
    expect(await failure(clock, client.image2video.wait(taskId, options))).toBeInstanceOf(InputError);
    expect(sent).toHaveLength(0);
  });

  it.each([
    [900, "succeed"],
    [1_100, "wait-timeout"],
  ])(
    "gave the last poll no grace: begun at the deadline and answered after %i ms, it ends with %s",
    async (ms, end) => {
      const clock = new TestClock();
      const fetch = async () => {
        await clock.sleep(ms);
        return standing("succeed")();
      };
      const { client } = world([], { clock, fetch });
      const { error, value } = {
        error: undefined,
        value: undefined,
        ...(await finish(clock, client.image2video.wait(taskId, { timeoutMs: 5_000 }))),
      };
      expect(value?.task_status ?? (error as KlingkitError).code).toBe(end);
      expect(clock.now() - start).toBe(5_000 + Math.min(ms, 1_000));
    },
  );

  it("of 0 gives its only poll all the time that a query has", async () => {
    const clock = new TestClock();
    const fetch = async () => {
      await clock.sleep(20_000);
      return standing("succeed")();
    };
    const { client } = world([], { clock, fetch, timeoutMs: 30_000 });
    expect(await success(clock, client.image2video.wait(taskId, { timeoutMs: 0 }))).toMatchObject(handle);
  });

  it("goes by the clock, also when a poll hangs", async () => {
    const { client, clock } = world(["no answer"]);
    const error = await failure(clock, client.image2video.wait(taskId, { timeoutMs: 15_000 }));
    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect(clock.now() - start).toBeLessThanOrEqual(16_000);
    expect(error).toMatchObject({ handle, cause: { code: "timeout" } });
  });

  it("carries the handle and the last status, also one nobody knows", async () => {
    const { client, clock } = world([standing("submitted"), standing("queueing")]);
    const reference = { ...handle, external_task_id: "kk-1" };
    const error = await failure(clock, client.image2video.wait(reference, { timeoutMs: 60_000 }));
    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect(error).toMatchObject({ code: "wait-timeout", handle: reference, lastStatus: "queueing" });
    expect((error as KlingkitError).toJSON()).toMatchObject({ handle: reference });
  });

  it("does not lead who repeats what passes by itself into paying for a second task", async () => {
    const { client, clock, posts } = world([standing("processing")]);
    const body = { model_name: "kling-v2-6", image: picture };
    const generate = () => failure(clock, client.image2video.generate(body, { timeoutMs: 60_000 }));
    let error = await generate();
    for (let tries = 1; tries < 3 && (error as KlingkitError).retry === "after-delay"; tries += 1)
      error = await generate();
    expect(posts()).toBe(1);
    expect(error).toMatchObject({ code: "wait-timeout", retry: "never", handle: { task_id: taskId } });
  });

  it("says what was wrong with the last poll", async () => {
    const { client, clock } = world([standing("processing"), answer(502, html)]);
    const error = await failure(clock, client.image2video.wait(taskId, { timeoutMs: 60_000 }));
    expect(error).toMatchObject({ lastStatus: "processing", cause: { code: "response-format" } });
  });
});

describe("a missed poll", () => {
  const faults: readonly (readonly [string, Step])[] = [
    ["500", refusal(500, 5000)],
    ["an empty 500", answer(500, "")],
    ["502 with HTML", answer(502, html)],
    ["524 with HTML", answer(524, html)],
    ["200 with HTML", answer(200, html)],
    ["429 with 1302", refusal(429, 1302)],
    ["an empty 429", answer(429, "")],
    ["429 of an unknown shape", answer(429, { code: "too_many", message: "" })],
    ["a reset", networkFault("ECONNRESET")],
    ["a refused connection", networkFault("ECONNREFUSED")],
    ["no answer", "no answer"],
    ["malformed JSON", answer(200, "{code:0}")],
    ["half an answer", answer(200, '{"code":0,"data":{"task_i')],
    ["the wrong type", answer(200, [task("succeed")])],
    ["no status", answer(200, envelope({ task_id: taskId }))],
    ["5000 around a success", answer(200, { code: 5000, message: "", data: task("succeed") })],
  ];

  it.each(faults)("is what %s is", async (_, step) => {
    const { client, clock, sent } = world([standing("processing"), step, step, standing("succeed")]);
    expect(await success(clock, client.image2video.wait(taskId))).toHaveProperty("task_status", "succeed");
    expect(sent).toHaveLength(4);
    expect(clock.sleepers.size).toBe(0);
  });
});

describe("polling", () => {
  const cut = () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"code":0,"data":{"task_i')),
        pull: (controller) => controller.error(new TypeError("terminated")),
      }),
    );

  it.each<readonly [string, Step]>([
    ["500", refusal(500, 5000)],
    ["502", answer(502, "")],
    ["429", refusal(429, 1302)],
    ["a reset", networkFault("ECONNRESET")],
    ["malformed JSON", answer(200, "{code:0}")],
    ["a truncated body", cut],
    ["HTML", answer(200, html)],
    ["401 for a token that ran out, with a fresh one", refusal(401, 1004)],
  ])("survives %s, and asks no more often for it", async (_, step) => {
    const options = { dialect: "kling", apiKey: keyPair({ accessKey: "access", secretKey: "secret" }) } as const;
    const { client, clock, sent } = world([standing("processing"), step, standing("succeed")], options);
    expect(await success(clock, client.image2video.wait(taskId))).toHaveProperty("task_status", "succeed");
    expect(sent).toHaveLength(3);
    expect(clock.sleepers.size).toBe(0);
  });
});

describe("what ends a wait early", () => {
  it.each([
    ["a wrong key", refusal(401, 1002), "authorization-invalid"],
    ["a gateway's 401", answer(401, { error: { message: "invalid token", code: "" } }), "gateway-authentication"],
    ["an unknown task", refusal(400, 1201), "invalid-parameter"],
    ["a task the gateway forgot", answer(400, { code: "task_not_exist", message: "", data: null }), "task-not-found"],
    ["a redirect", answer(301, "", { location: "/" }), "wrong-address"],
  ])("%s keeps the handle", async (_, step, code) => {
    const { client, clock, sent } = world([standing("processing"), step]);
    const reference = { ...handle, external_task_id: "kk-1" };
    const error = await failure(clock, client.image2video.wait(reference));
    expect(error).toMatchObject({ code, handle: reference });
    expect((error as KlingkitError).toJSON()).toMatchObject({ handle: reference });
    expect(sent).toHaveLength(2);
  });

  it("an unusable id is refused before anything is sent", async () => {
    const { client, clock, sent } = world([standing("succeed")]);
    for (const reference of ["", "..", "a/b", {}, { task_id: "a.b" }]) {
      expect(await failure(clock, client.image2video.wait(reference))).toBeInstanceOf(InputError);
    }
    expect(sent).toHaveLength(0);
  });

  it("an observer of the caller's own that throws, with the caller's own error", async () => {
    const mine = new Error("mine");
    const { client, clock } = world([standing("processing")]);
    const onStatus = () => {
      throw mine;
    };
    expect(await failure(clock, client.image2video.wait(taskId, { onStatus }))).toBe(mine);
    expect(clock.sleepers.size).toBe(0);
  });
});

describe("an abort", () => {
  it("before the wait asks for nothing", async () => {
    const { client, clock, sent } = world([standing("succeed")]);
    const error = await failure(clock, client.image2video.wait(taskId, { signal: AbortSignal.abort("early") }));
    expect(error).toMatchObject({ name: "AbortedError", cause: "early", handle });
    expect(sent).toHaveLength(0);
  });

  it.each([
    ["in a pause", [standing("processing")], 12_000],
    ["during a request", ["no answer"], 11_000],
  ] as const)("%s ends the wait at once and leaves nothing behind", async (_, steps, at) => {
    const { client, clock, sent } = world(steps);
    const controller = new AbortController();
    const call = client.image2video.wait(taskId, { signal: controller.signal });
    call.catch(() => {});
    await clock.advance(at);
    expect(sent).toHaveLength(1);
    expect(clock.sleepers.size).toBe(1);
    controller.abort("stop");
    await expect(call).rejects.toMatchObject({ cause: "stop", retry: "unknown", handle });
    await expect(call).rejects.toThrow(/wait again for image2video/);
    await quiet();
    expect(clock.sleepers.size).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    expect(clock.now() - start).toBe(at);
    expect(sent).toHaveLength(1);
  });

  it("works although the transport does not listen", async () => {
    const controller = new AbortController();
    const requests: (AbortSignal | null | undefined)[] = [];
    const fetch: typeof globalThis.fetch = (_, init) => {
      requests.push(init?.signal);
      return new Promise(() => {});
    };
    const { client, clock } = world([], { fetch });
    const call = client.image2video.wait(taskId, { signal: controller.signal });
    call.catch(() => {});
    await clock.advance(11_000);
    controller.abort();
    await expect(call).rejects.toBeInstanceOf(AbortedError);
    await quiet();
    expect(clock.sleepers.size).toBe(0);
    expect(requests.map((signal) => signal?.aborted)).toEqual([true]);
  });

  it("is the only thing that listens: a finished wait leaves no listener on the caller's signal", async () => {
    const controller = new AbortController();
    const steps = Array.from({ length: 30 }, () => standing("processing"));
    const { client, clock } = world([...steps, standing("succeed")]);
    const call = client.image2video.wait(taskId, { signal: controller.signal });
    call.catch(() => {});
    await clock.advance(60_000);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    await success(clock, call);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    expect(clock.sleepers.size).toBe(0);
  });
});

describe("generate", () => {
  it("pays for nothing that it could not wait for", async () => {
    const { client, clock, sent } = world([standing("submitted")]);
    const call = client.image2video.generate({ image: picture }, { timeoutMs: Number.NaN });
    expect(await failure(clock, call)).toBeInstanceOf(InputError);
    expect(sent).toHaveLength(0);
  });

  it("does not wait for a task that was not made", async () => {
    const { client, clock, sent } = world([refusal(400, 1201)]);
    expect(await failure(clock, client.image2video.generate({ image: picture }))).toBeInstanceOf(RefusedError);
    expect(sent).toHaveLength(1);
  });

  it("keeps both ids when the wait ends badly", async () => {
    const { client, clock, sent } = world([standing("submitted"), standing("processing")]);
    const error = await failure(clock, client.image2video.generate({ image: picture }, { timeoutMs: 30_000 }));
    expect((error as KlingkitError).handle).toEqual({ ...handle, external_task_id: sent[0]?.body.external_task_id });
  });
});
