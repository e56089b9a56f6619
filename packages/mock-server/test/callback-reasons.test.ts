import { describe, expect, it } from "vitest";
import { hook, receiving } from "./callbacks-kit.js";

const once = { callbackRetry: { attempts: 1 } };

/** What the log says of the first delivery when the transport ends like this. */
async function deliveryAfter(transport: typeof globalThis.fetch, callback_url = hook) {
  const { mock, submit } = receiving({ ...once, callbackFetch: transport });
  await submit("scenario=stuck", { callback_url });
  await mock.callbacks.settled();
  return mock.callbacks.deliveries[0];
}

const throwing = (error: unknown) => deliveryAfter(() => Promise.reject(error));
const coded = (code: string, message = "text") => Object.assign(new Error(message), { code });
const wrapped = (error: unknown, times: number): unknown =>
  times === 0 ? error : new TypeError("", { cause: wrapped(error, times - 1) });

describe("a callback that reached nobody says why", () => {
  it.each([
    ["ECONNREFUSED", "connection refused"],
    ["ENOTFOUND", "no such host in DNS"],
    ["EAI_AGAIN", "DNS does not answer"],
    ["ECONNRESET", "connection reset"],
    ["EPIPE", "connection reset"],
    ["UND_ERR_SOCKET", "connection reset"],
    ["ETIMEDOUT", "connection timed out"],
    ["UND_ERR_CONNECT_TIMEOUT", "connection timed out"],
    ["EHOSTUNREACH", "host unreachable"],
    ["ENETUNREACH", "network unreachable"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "TLS: DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "TLS: ERR_TLS_CERT_ALTNAME_INVALID"],
    ["toString", "text"],
  ])("%s: %s", async (code, reason) => {
    const unreachable = { outcome: "unreachable", answerStatus: null, reason };
    expect(await throwing(coded(code))).toMatchObject(unreachable);
    expect(await throwing(new TypeError("fetch failed", { cause: coded(code) }))).toMatchObject(unreachable);
  });

  it.each([
    ["an error without a text", new Error(""), "unreachable"],
    ["something that is no error", "no", "unreachable"],
    ["a text", new TypeError("boom"), "boom"],
    ["the innermost text", new TypeError("fetch failed", { cause: new Error("socket hang up") }), "socket hang up"],
    ["a text that is too long", new Error("x".repeat(300)), "x".repeat(200)],
    ["a code that is no text", Object.assign(new Error("boom"), { code: 5 }), "boom"],
    ["a cause five deep", wrapped(coded("EPIPE"), 4), "connection reset"],
    ["a cause deeper than anybody looks", wrapped(coded("EPIPE"), 5), "unreachable"],
  ])("%s", async (_, error, reason) => {
    expect(await throwing(error)).toMatchObject({ outcome: "unreachable", reason });
  });
});

describe("the log of callbacks", () => {
  it.each([
    [200, "taken", null],
    [299, "taken", null],
    [300, "refused", "answered 300"],
    [500, "refused", "answered 500"],
  ])("says of an answer of HTTP %d that it was %s", async (answerStatus, outcome, reason) => {
    const delivery = await deliveryAfter(async () => new Response(null, { status: answerStatus }));
    expect(delivery).toMatchObject({ outcome, answerStatus, reason });
  });

  it("counts a redirect that a browser does not tell as refused", async () => {
    const delivery = await deliveryAfter(async () => Response.error());
    expect(delivery).toMatchObject({ outcome: "refused", answerStatus: 0 });
  });

  it("says that a host is not allowed, and that no answer came in time", async () => {
    expect(await deliveryAfter(async () => new Response(""), "https://hooks.example.com/")).toMatchObject({
      outcome: "host-not-allowed",
      reason: "its host is not allowed",
    });
    const silent = { ...once, callbackOnSubmitted: false, callbackFetch: () => new Promise<never>(() => {}) };
    const { mock, clock, submit } = receiving(silent);
    await submit("scenario=stuck");
    clock.advance(2_000);
    await expect.poll(() => clock.pending).toBe(1);
    clock.advance(10_000);
    clock.advance(10_000);
    await mock.callbacks.settled();
    expect(mock.callbacks.deliveries[0]).toMatchObject({ outcome: "timed-out", reason: "no answer in time" });
  });
});

it("a callback is announced as JSON", async () => {
  const { mock, arrivals, submit } = receiving();
  await submit();
  await mock.callbacks.settled();
  expect(arrivals[0]?.headers.get("content-type")).toBe("application/json");
});
