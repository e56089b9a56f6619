import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";

/** The folder of the test that runs. */
export let folder: string;

/** Gives each test of a file a folder of its own for a task store. */
export function useStoreFolder(): void {
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "klingkit-store-"));
  });
  // A store may still be making its file small when it has answered the last call.
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
}

/** Names of a store's files in a folder, by default the one of the test. */
export const journal = async (within = folder) => (await readdir(within)).filter((name) => name.endsWith(".jsonl"));
