import { rm } from "node:fs/promises";
import path from "node:path";
import envPaths from "env-paths";

/**
 * Where results are kept between runs: in the user's cache folder, or under `KLINGKIT_CACHE_DIR`; undefined where that is
 * set to nothing, which turns keeping off.
 */
export function resultCacheFolder(): string | undefined {
  const chosen = process.env.KLINGKIT_CACHE_DIR;
  if (chosen === "") return undefined;
  return path.join(chosen ?? envPaths("klingkit", { suffix: "" }).cache, "results");
}

/** Deletes the results kept between runs. @param folder default: the user's */
export async function clearResultCache(folder: string | undefined = resultCacheFolder()): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
