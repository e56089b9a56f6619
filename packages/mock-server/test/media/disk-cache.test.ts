import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { clearResultCache, createWorkerRenderer } from "@klingkit/mock-server/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RenderRequest } from "../../src/media/renderer.js";
import { createDiskCache } from "../../src/node/media/disk-cache.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-cache-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

// At this seed the crashing worker throws.
const small: RenderRequest = { seed: "throw", durationSeconds: 1, longSide: 64, framesPerSecond: 24, watermark: false };
const crashing = new URL("crashing-worker.mjs", import.meta.url);

/** Renders once, in a process's worth of its own. */
async function render(request: RenderRequest, workerScript?: URL): Promise<Uint8Array> {
  const renderer = createWorkerRenderer({ cacheFolder: folder, ...(workerScript ? { workerScript } : {}) });
  try {
    return await renderer.render(request);
  } finally {
    await renderer.close();
  }
}

describe("results on disk", () => {
  it("are rendered once, also for the next process, and again after they are cleared", async () => {
    const first = await render(small);
    expect(await readdir(folder)).toHaveLength(1);
    // A worker that can only crash shows that nothing was rendered.
    expect(Buffer.from(await render(small, crashing)).equals(first)).toBe(true);
    await expect(render({ ...small, seed: "exit" }, crashing)).rejects.toThrow();
    await clearResultCache(folder);
    await expect(render(small, crashing)).rejects.toThrow();
  });

  it.skipIf(process.platform === "win32")("can be read by their owner only: they show what was submitted", async () => {
    await render(small);
    const [name = ""] = await readdir(folder);
    expect((await stat(path.join(folder, name))).mode & 0o077).toBe(0);
  });

  it("are not taken where a file was damaged", async () => {
    const first = await render(small);
    const [name = ""] = await readdir(folder);
    const file = path.join(folder, name);
    const kept = await readFile(file);
    for (const damaged of [kept.subarray(0, kept.length / 2), Buffer.alloc(0), Buffer.alloc(kept.length)]) {
      await writeFile(file, damaged);
      await expect(render(small, crashing)).rejects.toThrow();
    }
    expect(Buffer.from(await render(small)).equals(first)).toBe(true);
  });

  it("stay within their bound, the least recently used going first", async () => {
    const cache = createDiskCache(folder, 3_500);
    const content = (value: number) => new Uint8Array(1_000).fill(value);
    for (const value of [1, 2, 3]) {
      await cache.set(`file ${value}`, content(value));
      await age(value);
    }
    expect(await cache.get("file 1")).toHaveLength(1_000);
    await cache.set("file 4", content(4));
    expect(await cache.get("file 2")).toBeUndefined();
    for (const value of [1, 3, 4])
      expect(Buffer.from((await cache.get(`file ${value}`)) ?? []).equals(content(value))).toBe(true);
    await cache.set("too large", new Uint8Array(3_500));
    expect(await cache.get("too large")).toBeUndefined();
    expect(await readdir(folder)).toHaveLength(3);
  });

  it("do no harm where they can't be written", async () => {
    const file = path.join(folder, "a-file");
    await writeFile(file, "");
    const cache = createDiskCache(file, 1_000);
    await cache.set("key", new Uint8Array(10));
    expect(await cache.get("key")).toBeUndefined();
  });
});

/** Sets the newest file's time back, so that the order does not hang on the clock's fineness. */
async function age(place: number): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, at: (await stat(path.join(folder, name))).mtimeMs })),
  );
  const newest = files.sort((one, other) => other.at - one.at)[0];
  const time = new Date(Date.now() - 3_600_000 + place * 60_000);
  await utimes(path.join(folder, newest?.name ?? ""), time, time);
}
