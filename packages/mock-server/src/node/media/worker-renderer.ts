import { webcrypto } from "node:crypto";
import type { Renderer } from "../../media/renderer.js";
import { resultCacheFolder } from "../cache-folder.js";
import { rendererPrint } from "./code-print.js";
import { createDiskCache, type DiskCache } from "./disk-cache.js";
import { createRenderCache } from "./render-cache.js";
import type { RenderJob } from "./render-job.js";
import { renderScript } from "./render-script.js";
import { WorkerClient } from "./worker-client.js";

/** Settings of {@link createWorkerRenderer}. */
export interface WorkerRendererOptions {
  /** Finished files kept in memory, 64 MiB of them at most. Default 64; 0 keeps none. */
  readonly cacheEntries?: number | undefined;
  /** Where finished files are kept between runs; false keeps none. Default: in the user's cache folder. */
  readonly cacheFolder?: string | false | undefined;
  /** Bytes kept there at most, the least recently used dropped first. Default 512 MiB. */
  readonly maxCacheBytes?: number | undefined;
  /** Worker threads, each rendering one file at a time. Default 1. */
  readonly workers?: number | undefined;
  /** The worker's script; only tests need another. */
  readonly workerScript?: URL | undefined;
}

const mostCachedBytes = 64 * 1024 * 1024;
const mostKeptBytes = 512 * 1024 * 1024;

/**
 * A renderer that works in threads of its own, so that the event loop stays free.
 *
 * Threads start with the first request and never keep an idle process alive. Requests queue; equal ones under way are
 * rendered once, equal later ones come from memory, or from the disk after a restart. A crashed thread rejects its request and is replaced.
 */
export function createWorkerRenderer(options: WorkerRendererOptions = {}): Required<Renderer> {
  const script = options.workerScript ?? renderScript;
  const cache = createRenderCache(options.cacheEntries ?? 64, mostCachedBytes);
  const disk = openDisk(options);
  const pool = createPool(Array.from({ length: Math.max(1, options.workers ?? 1) }, () => new WorkerClient(script)));
  const underWay = new Map<string, Promise<Uint8Array>>();

  async function renderAndKeep(key: string, job: RenderJob): Promise<Uint8Array> {
    try {
      const kept = await disk?.get(key);
      const bytes = kept ?? (await pool.use((client) => client.run(job)));
      cache.set(key, bytes);
      if (!kept) await disk?.set(key, bytes);
      return bytes;
    } finally {
      underWay.delete(key);
    }
  }

  async function run(job: RenderJob): Promise<Uint8Array> {
    const key = await jobKey(job);
    const known = cache.get(key) ?? underWay.get(key);
    if (known !== undefined) return known;
    const rendering = renderAndKeep(key, job);
    underWay.set(key, rendering);
    return rendering;
  }

  return {
    render: (request) => run({ kind: "video", request }),
    renderPicture: (request) => run({ kind: "picture", request }),
    async close() {
      cache.clear();
      await pool.close();
    },
  };
}

/** Asks for the code's print only when there is something to look for. */
function openDisk({ cacheFolder = resultCacheFolder(), maxCacheBytes }: WorkerRendererOptions): DiskCache | undefined {
  if (cacheFolder === undefined || cacheFolder === false) return undefined;
  const files = createDiskCache(cacheFolder, maxCacheBytes ?? mostKeptBytes);
  return {
    get: async (key) => files.get(`${await rendererPrint()} ${key}`),
    set: async (key, bytes) => files.set(`${await rendererPrint()} ${key}`, bytes),
  };
}

/** Text that is equal for equal jobs. */
async function jobKey({ kind, request: { image, ...rest } }: RenderJob): Promise<string> {
  const settings = JSON.stringify([kind, ...Object.entries(rest).sort()]);
  if (image === undefined) return settings;
  // Hashed in the thread pool: ten megabytes would hold up the event loop for tens of milliseconds.
  const digest = await webcrypto.subtle.digest("SHA-256", image);
  return `${settings}${Buffer.from(digest).toString("base64")}`;
}

/** Hands out clients one at a time, first come, first served. */
function createPool(clients: readonly WorkerClient[]) {
  const idle = [...clients];
  const waiting: ((client: WorkerClient) => void)[] = [];
  let closed = false;

  const take = (): Promise<WorkerClient> => {
    const client = idle.pop();
    return client === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(client);
  };
  const giveBack = (client: WorkerClient): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(client);
    else next(client);
  };

  return {
    async use<Result>(task: (client: WorkerClient) => Promise<Result>): Promise<Result> {
      const client = await take();
      try {
        if (closed) throw new Error("The renderer was closed.");
        return await task(client);
      } finally {
        giveBack(client);
      }
    },
    async close(): Promise<void> {
      closed = true;
      await Promise.all(clients.map((client) => client.stop()));
    },
  };
}
