import {
  AbortedError,
  type CallOptions,
  ConnectionError,
  InputError,
  type KlingClient,
  type KlingkitError,
  RefusedError,
} from "@klingkit/core";
import { describe, expect, it } from "vitest";
import {
  answer,
  failure,
  html,
  networkFault,
  picture,
  refusal,
  type Step,
  standing,
  success,
  taskId,
  world,
} from "./helpers.js";

/** Pauses between the requests that arrived. */
function pauses(sent: readonly { readonly at: number }[]): number[] {
  return sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
}

describe("a query", () => {
  const transient: readonly (readonly [string, Step])[] = [
    ["500", refusal(500, 5000)],
    ["502 with HTML", answer(502, html)],
    ["429 with 1302", refusal(429, 1302)],
    ["a reset", networkFault("ECONNRESET")],
    ["a refused connection", networkFault("ECONNREFUSED")],
    ["no answer", "no answer"],
    ["half an answer", answer(200, '{"code":0,"da')],
    ["a list for a task", answer(200, "[]")],
  ];

  it.each(transient)("survives %s", async (_, step) => {
    const { client, clock, sent } = world([step, step, step, standing("processing")]);
    expect(await success(clock, client.image2video.get(taskId))).toHaveProperty("task_status", "processing");
    expect(sent).toHaveLength(4);
    expect(clock.sleepers.size).toBe(0);
  });

  it.each(transient)("gives up on %s after four tries", async (_, step) => {
    const { client, clock, sent } = world([step]);
    expect(await failure(clock, client.image2video.get(taskId))).toHaveProperty("retry", "after-delay");
    expect(sent).toHaveLength(4);
  });

  const queries: readonly (readonly [string, (client: KlingClient, options: CallOptions) => Promise<unknown>])[] = [
    ["a task's", (client, options) => client.image2video.get(taskId, options)],
    ["a list's", (client, options) => client.image2video.list({}, options)],
    ["a call's", (client, options) => client.presetsVoices({}, options)],
  ];

  it.each(queries)("counts its attempts, and an abort ends it at once: %s", async (_, query) => {
    const { client, clock, events } = world([refusal(500, 5000), refusal(500, 5000), "no answer"], {
      dialect: "kling",
    });
    const controller = new AbortController();
    const asked = query(client, { signal: controller.signal });
    asked.catch(() => {});
    await clock.advance(5_000);
    const attempts = events.flatMap((event) => (event.type === "request" ? [event.attempt] : []));
    expect(attempts).toEqual([1, 2, 3]);
    const before = clock.now();
    controller.abort();
    expect(await failure(clock, asked)).toBeInstanceOf(AbortedError);
    expect([clock.now(), clock.sleepers.size]).toEqual([before, 0]);
  });

  it.each([
    ["401", refusal(401, 1002)],
    ["an unknown task", refusal(400, 1201)],
    ["a wrong method", refusal(404, 1202)],
    ["an empty wallet, although 429", refusal(429, 1102)],
    ["a redirect", answer(302, "", { location: "https://elsewhere.example" })],
  ])("is not repeated after %s", async (_, step) => {
    const { client, clock, sent } = world([step]);
    expect(["after-fix", "never"]).toContain(
      ((await failure(clock, client.image2video.get(taskId))) as KlingkitError).retry,
    );
    expect(sent).toHaveLength(1);
  });

  it("tells each try and each pause", async () => {
    const { client, clock, events } = world([refusal(500, 5000), standing("succeed")]);
    await success(clock, client.image2video.get(taskId));
    const path = "/kling/v1/videos/image2video/{id}";
    expect(events).toEqual([
      { type: "request", method: "GET", path, attempt: 1 },
      { type: "response", method: "GET", path, status: 500, ms: 0 },
      { type: "retry", attempt: 1, delayMs: 250, code: "internal-error" },
      { type: "request", method: "GET", path, attempt: 2 },
      { type: "response", method: "GET", path, status: 200, ms: 0 },
    ]);
  });

  it("is given up after its own time limit, which stops no other try", async () => {
    const { client, clock, sent } = world(["no answer"], { timeoutMs: 1_000, retry: { attempts: 2 }, random: () => 0 });
    const error = await failure(clock, client.image2video.get(taskId));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: "timeout", neverSent: false });
    expect(pauses(sent)).toEqual([1_000]);
  });
});

describe("the pause before a repeat", () => {
  it("doubles up to a ceiling", async () => {
    const retry = { attempts: 9 };
    const { client, clock, sent } = world([refusal(500, 5000)], { random: () => 0.999_999_9, retry });
    await failure(clock, client.image2video.get(taskId));
    expect(pauses(sent)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
  });

  it("lies anywhere between nothing and that ceiling", async () => {
    const draws = [0, 0.25, 0.75];
    const { client, clock, sent } = world([refusal(500, 5000)], { random: () => draws.shift() ?? 0 });
    await failure(clock, client.image2video.get(taskId));
    expect(pauses(sent)).toEqual([0, 250, 1_500]);
  });

  const now = 1_800_000_000_000;
  it.each([
    ["seconds", "7", 7_000],
    ["seconds with spaces", " 7 ", 7_000],
    ["zero", "0", 0],
    ["a date", new Date(now + 9_000).toUTCString(), 9_000],
    ["a date in the past", new Date(now - 9_000).toUTCString(), 0],
    ["an absurd number", "9".repeat(400), 60_000],
    ["an absurd date", "Fri, 01 Jan 2100 00:00:00 GMT", 60_000],
    ["a negative number", "-5", undefined],
    ["a fraction", "1.5", undefined],
    ["a word", "soon", undefined],
    ["a word with a year", "soon 2099", undefined],
    ["a number with a unit", "120s", undefined],
    ["a day that does not exist", "Fri, 99 Foo 2100 00:00:00 GMT", undefined],
  ])("obeys Retry-After: %s", async (_, header, expected) => {
    const { client, clock, sent } = world([refusal(429, 1302, { "retry-after": header })], {
      random: () => 0,
      retry: { attempts: 2 },
    });
    const error = (await failure(clock, client.image2video.get(taskId))) as KlingkitError;
    expect(pauses(sent)).toEqual([expected ?? 0]);
    if (expected === undefined) expect(error.retryAfterMs).toBeUndefined();
    expect(error.toJSON().retryAfterMs).toBe(error.retryAfterMs);
  });

  it("is the longer of what the server and the jitter say", async () => {
    const { client, clock, sent } = world([refusal(429, 1302, { "retry-after": "1" })], {
      random: () => 0.999_999_9,
      retry: { attempts: 4 },
    });
    await failure(clock, client.image2video.get(taskId));
    expect(pauses(sent)).toEqual([1_000, 1_000, 2_000]);
  });

  it("ends at once on abort", async () => {
    const { client, clock, sent } = world([refusal(500, 5000)]);
    const controller = new AbortController();
    const call = client.image2video.get(taskId, { signal: controller.signal });
    call.catch(() => {});
    await clock.advance(10);
    controller.abort();
    await expect(call).rejects.toHaveProperty("name", "AbortedError");
    expect(sent).toHaveLength(1);
    expect(clock.sleepers.size).toBe(0);
  });
});

describe("settings", () => {
  it("that are undefined leave the default, and never an endless loop", async () => {
    const retry = { attempts: undefined, firstDelayMs: undefined } as never;
    const { client, clock, sent } = world([refusal(429, 1303)], { retry });
    expect(await failure(clock, client.image2video.submit({ image: picture }))).toBeInstanceOf(RefusedError);
    expect(sent).toHaveLength(4);
    expect(pauses(sent)).toEqual([250, 500, 1_000]);
  });

  it.each([
    { timeoutMs: Number.NaN },
    { submitTimeoutMs: -1 },
    { waitTimeoutMs: "60" as unknown as number },
    { retry: { attempts: Number.NaN } },
    { retry: { firstDelayMs: Number.NaN } },
    { retry: { maxRetryAfterMs: -5 } },
  ])("that are no numbers from 0 up are refused: %j", (options) => {
    expect(() => world([], options)).toThrow(InputError);
  });

  it("of one try means one try", async () => {
    for (const attempts of [0, 1]) {
      const { client, clock, sent } = world([refusal(500, 5000)], { retry: { attempts } });
      await failure(clock, client.image2video.get(taskId));
      expect(sent).toHaveLength(1);
    }
  });
});
