import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

/**
 * Where results are kept between runs: in the user's cache folder, or under `KLINGKIT_CACHE_DIR`. Undefined where that is
 * empty, which turns keeping off, and for a user without a home, as in a container with an arbitrary user id.
 */
export function resultCacheFolder(): string | undefined {
  const chosen = process.env.KLINGKIT_CACHE_DIR;
  if (chosen === "") return undefined;
  const folder = chosen ?? userCacheFolder();
  return folder === undefined ? undefined : path.join(folder, "results");
}

/** Deletes the results kept between runs. @param folder default: the user's */
export async function clearResultCache(folder: string | undefined = resultCacheFolder()): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

/** klingkit's folder among the user's caches. Looked up when it is needed: a user without a home has none. */
function userCacheFolder(): string | undefined {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === "win32" && LOCALAPPDATA) return path.join(LOCALAPPDATA, "klingkit", "Cache");
  if (XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME)) return path.join(XDG_CACHE_HOME, "klingkit");
  const home = homeFolder();
  if (home === undefined) return undefined;
  return process.platform === "darwin"
    ? path.join(home, "Library", "Caches", "klingkit")
    : path.join(home, ".cache", "klingkit");
}

/** Undefined where the system knows none: then `homedir` throws. */
function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}
