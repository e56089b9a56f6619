import { getEventListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AbortedError, createKlingClient, download, systemClock } from "@klingkit/core";
import { createCallbackWaiter } from "@klingkit/core/callbacks";
import { downloadToFile } from "@klingkit/core/node";
import { afterEach, describe, expect, it, vi } from "vitest";

const clip = "\0\0\0\x10ftypisom\0\0\0\0";
const address = "https://cdn.example.com/v.mp4";
const fetch = async () => new Response(clip, { headers: { "content-type": "video/mp4" } });
const client = createKlingClient({ apiKey: "sk-test", fetch });

const listeners = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

/** Signals that `AbortSignal.any` has tied to this one; they stay as long as it does. */
function dependants(signal: AbortSignal): number {
  const key = Object.getOwnPropertySymbols(signal).find((symbol) => /dependant/i.test(String(symbol)));
  return key === undefined ? 0 : ((Reflect.get(signal, key) as Set<unknown> | undefined)?.size ?? 0);
}

afterEach(() => vi.restoreAllMocks());

describe("one signal for everything made Node warn of a leak, and kept something of every download", () => {
  it("forty sleeps, callback waits and downloads under it have one listener each kind, and leave none", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    const { signal } = new AbortController();
    const waiter = createCallbackWaiter();
    const sleeps = Array.from({ length: 40 }, () => systemClock.sleep(20, signal));
    const waits = Array.from({ length: 40 }, () => waiter.next({ family: "image2video", task_id: "1" }, { signal }));
    const downloads = Array.from({ length: 40 }, async () => (await download(client, address, { signal })).blob());
    expect(listeners(signal)).toBe(1);
    waiter.onTask({ family: "image2video", task_id: "1", task_status: "succeed" }, {} as never);
    await Promise.all([...sleeps, ...waits, ...downloads]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
    expect([listeners(signal), dependants(signal)]).toEqual([0, 0]);
  });

  it("forty queries and submits under it have one listener, and leave none", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    const { signal } = new AbortController();
    const task = { task_id: "1", task_status: "submitted", task_info: {}, created_at: 1, updated_at: 1 };
    const server = createKlingClient({ apiKey: "sk-test", fetch: async () => Response.json({ code: 0, data: task }) });
    const calls = Array.from({ length: 40 }, (_, at) =>
      at % 2 === 0
        ? server.image2video.get("1", { signal })
        : server.image2video.submit({ image: "https://example.com/a.png" }, { signal }),
    );
    await Promise.resolve();
    expect(listeners(signal)).toBeLessThanOrEqual(1);
    await Promise.all(calls);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
    expect([listeners(signal), dependants(signal)]).toEqual([0, 0]);
  });

  it("results that are opened and never read leave nothing on it", async () => {
    const { signal } = new AbortController();
    for (let count = 0; count < 50; count += 1) await download(client, address, { signal });
    expect([listeners(signal), dependants(signal)]).toEqual([0, 0]);
  });

  it("downloads into files leave nothing on it, nor do they warn", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    const folder = await mkdtemp(path.join(tmpdir(), "klingkit-abort-"));
    const { signal } = new AbortController();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        downloadToFile(client, address, path.join(folder, `${index}.mp4`), { signal }),
      ),
    );
    await rm(folder, { recursive: true });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
    expect([listeners(signal), dependants(signal)]).toEqual([0, 0]);
  });

  it("an abort still reaches every one of them", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const waiter = createCallbackWaiter();
    const sleeps = Array.from({ length: 3 }, () =>
      systemClock.sleep(60_000, signal).catch((reason: unknown) => reason),
    );
    const wait = waiter.next({ family: "image2video", task_id: "1" }, { signal }).catch((error: unknown) => error);
    controller.abort("enough");
    expect(await Promise.all(sleeps)).toEqual(["enough", "enough", "enough"]);
    expect(await wait).toBeInstanceOf(AbortedError);
    expect(listeners(signal)).toBe(0);
  });
});

describe("a runtime without AbortSignal.any", () => {
  it("downloads, and aborts", async () => {
    vi.spyOn(AbortSignal, "any").mockImplementation(() => {
      throw new TypeError("AbortSignal.any is not a function");
    });
    const controller = new AbortController();
    const result = await download(client, address, { signal: controller.signal });
    expect(await (await result.blob()).text()).toBe(clip);
    const other = await download(client, address, { signal: controller.signal });
    controller.abort("enough");
    await expect(other.blob()).rejects.toMatchObject({ name: "AbortedError", cause: "enough" });
  });
});
