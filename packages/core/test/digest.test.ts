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

  it("is left out in a page over plain http, which has no hash at all", async () => {
    vi.stubGlobal("process", undefined);
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    expect(await digestOf(body)).toBeUndefined();
  });
});
