import { createHash } from "node:crypto";
import { memoryTaskStore } from "@klingkit/core";
import { describe, expect, it, vi } from "vitest";
import { fakeProvider } from "./fake-provider.js";
import { picture, success } from "./helpers.js";

/** The digest that the task store is given for a request. */
async function digestOf(body: { readonly image: string; readonly prompt: string }): Promise<string | undefined> {
  const taskStore = memoryTaskStore();
  const { client, clock } = fakeProvider();
  await success(clock, client({ taskStore }).image2video.submit({ ...body, external_task_id: "own" }));
  const [record] = await taskStore.list();
  return record?.digest;
}

describe("the digest of a request", () => {
  // Half of a pair of surrogates becomes the same replacement everywhere.
  const body = { prompt: "Wörter, 文字 and half a sign: \ud83d", image: picture };
  const canonical = JSON.stringify({ image: picture, prompt: body.prompt });
  const expected = createHash("sha256").update(new TextEncoder().encode(canonical)).digest("hex");

  /**
   * The digest where the runtime has these globals. They stand in only until the client has looked for a hash, which is
   * before the next turn of the event loop: the test runner needs `process` in it.
   */
  async function digestWith(globals: Readonly<Record<string, unknown>>): Promise<string | undefined> {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    const digest = digestOf(body);
    for (let microtask = 0; microtask < 50; microtask += 1) await Promise.resolve();
    vi.unstubAllGlobals();
    return digest;
  }

  it("is the SHA-256 of its fields in order, computed at once where the runtime can", async () => {
    const subtle = vi.spyOn(crypto.subtle, "digest");
    expect(await digestOf(body)).toBe(expected);
    expect(subtle).not.toHaveBeenCalled();
    subtle.mockRestore();
  });

  it("is the same in a browser, and in a Node that can't be asked for its modules", async () => {
    for (const process of [undefined, {}, { getBuiltinModule: () => undefined }]) {
      const subtle = vi.spyOn(crypto.subtle, "digest");
      expect(await digestWith({ process })).toBe(expected);
      expect(subtle).toHaveBeenCalledTimes(1);
      subtle.mockRestore();
    }
  });

  it.each([
    // The provider's own results, whose address is another each time that their task is queried.
    ["cacheKey=x&x-kcdn-pid=1&ksSecret=1&ksTime=694fa816", "cacheKey=y&x-kcdn-pid=1&ksSecret=2&ksTime=6a184d59"],
    ["X-Amz-Date=1&X-Amz-Signature=1", "X-Amz-Date=2&X-Amz-Signature=2"],
    ["q-sign-time=1&q-signature=1", "q-sign-time=2&q-signature=2"],
    ["Expires=1&OSSAccessKeyId=a&Signature=1", "Expires=2&OSSAccessKeyId=a&Signature=2"],
    ["auth_key=1-0-0-a", "auth_key=2-0-0-b"],
    ["sv=1&sig=1", "sv=1&sig=2"],
  ])("is the same for the same file under another signature: %s", async (first, second) => {
    const signed = (query: string) => digestOf({ prompt: "", image: `https://cdn.example.com/a.png?${query}` });
    expect(await signed(first)).toBe(await signed(second));
    const other = digestOf({ prompt: "", image: `https://cdn.example.com/b.png?${first}` });
    expect(await other).not.toBe(await signed(first));
  });

  it("is another for another query that is no signature", async () => {
    const named = (query: string) => digestOf({ prompt: "", image: `https://cdn.example.com/a?${query}` });
    expect(await named("file=1&design=2")).not.toBe(await named("file=2&design=2"));
  });

  it("is left out in a page over plain http, which has no hash at all", async () => {
    const cryptoOfPage = { getRandomValues: crypto.getRandomValues.bind(crypto) };
    expect(await digestWith({ process: undefined, crypto: cryptoOfPage })).toBeUndefined();
  });
});
