import { createHash } from "node:crypto";
import { memoryTaskStore } from "@klingkit/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fakeProvider } from "./fake-provider.js";
import { picture, success } from "./helpers.js";

afterEach(() => vi.unstubAllGlobals());

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

  it("is the SHA-256 of its fields in order, computed at once where the runtime can", async () => {
    const subtle = vi.spyOn(crypto.subtle, "digest");
    expect(await digestOf(body)).toBe(expected);
    expect(subtle).not.toHaveBeenCalled();
    subtle.mockRestore();
  });

  it("is the same in a browser, and in a Node that can't be asked for its modules", async () => {
    for (const process of [undefined, {}, { getBuiltinModule: () => undefined }]) {
      vi.stubGlobal("process", process);
      const digest = await digestOf(body);
      vi.unstubAllGlobals();
      expect(digest).toBe(expected);
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
    vi.stubGlobal("process", undefined);
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    expect(await digestOf(body)).toBeUndefined();
  });
});
