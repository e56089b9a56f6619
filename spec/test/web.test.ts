import { createHmac as nodeHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  createHmac,
  decodeBase64,
  decodeBase64Url,
  encodeBase64,
  encodeBase64Url,
  isLoopback,
  sleep,
} from "../src/web/index.js";

describe("base64", () => {
  it("is what Node writes, in both alphabets, and reads back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100_000 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(encodeBase64(bytes)).toBe(buffer.toString("base64"));
        expect(encodeBase64Url(bytes)).toBe(buffer.toString("base64url"));
        if (bytes.length === 0) return;
        expect(Buffer.from(decodeBase64(encodeBase64(bytes)) ?? []).equals(buffer)).toBe(true);
        expect(Buffer.from(decodeBase64Url(encodeBase64Url(bytes)) ?? []).equals(buffer)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each(["", "a", "ab=c", "====", "not base64", "aGk=\n", "é", "aGk_"])("is not %j", (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  it.each(["", "a", "aGk=", "a+b/", "a b"])("for addresses is not %j", (text) => {
    expect(decodeBase64Url(text)).toBeUndefined();
  });
});

it("an HMAC verifies what it signed, and nothing else", async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const hmac = createHmac(bytes("key"));
  const signature = await hmac.sign(bytes("text"));
  expect(encodeBase64(signature)).toBe(nodeHmac("sha256", "key").update("text").digest("base64"));
  expect(await hmac.verify(signature, bytes("text"))).toBe(true);
  expect(await hmac.verify(signature, bytes("texts"))).toBe(false);
  expect(await createHmac(bytes("other")).verify(signature, bytes("text"))).toBe(false);
});

it("loopback is this machine's own name and addresses", () => {
  for (const address of ["http://localhost:1", "http://127.0.0.1", "https://127.9.8.7/x", "http://[::1]:80"])
    expect(isLoopback(address), address).toBe(true);
  for (const address of ["http://localhost.example.com", "http://128.0.0.1", "http://127.0.0.1.example.com", "no"])
    expect(isLoopback(address), address).toBe(false);
});

describe("sleep", () => {
  it("ends at once with the signal's reason, before and during the wait, and leaves no timer", async () => {
    vi.useFakeTimers();
    const reason = new Error("enough");
    await expect(sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = sleep(2 ** 40, controller.signal);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
