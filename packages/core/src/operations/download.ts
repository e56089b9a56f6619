import { AbortedError, ConnectionError, InputError, type KlingkitError, RefusedError } from "../errors/index.js";
import type { CallOptions } from "../options.js";

/** What can be downloaded: an address, or a task that has succeeded. */
export type DownloadTarget = string | { readonly task_result?: unknown; readonly task_status?: string };

export interface DownloadOptions extends CallOptions {
  /** Which result, from 0. Default 0. */
  readonly index?: number;
}

export interface Download {
  readonly url: string;
  /** The server's word for what it is. */
  readonly contentType: string | undefined;
  /** Whole size in bytes, where the server says it. */
  readonly size: number | undefined;
  /** The bytes as they arrive; can be read once. */
  readonly stream: ReadableStream<Uint8Array>;
  /** The bytes, all at once. */
  blob(): Promise<Blob>;
}

/**
 * Fetches a result, without the key: results lie on other hosts.
 * @throws InputError for anything but https (loopback may be http), or a task without results
 * @throws RefusedError when the host refuses (403 after 30 days), ConnectionError when it does not answer
 */
export async function download(
  fetch: typeof globalThis.fetch,
  target: DownloadTarget,
  options: DownloadOptions = {},
): Promise<Download> {
  const url = checkAddress(typeof target === "string" ? target : resultUrl(target, options.index ?? 0));
  let response: Response;
  try {
    response = await fetch(url, { ...(options.signal ? { signal: options.signal } : {}), credentials: "omit" });
  } catch (cause) {
    if (options.signal?.aborted) throw new AbortedError(options.signal.reason);
    const remedy = "Check the network and try again.";
    throw new ConnectionError(
      "The result could not be fetched.",
      { code: "connection-lost", retry: "after-delay", remedy, cause },
      false,
    );
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw downloadRefused(response.status);
  }
  const size = Number(response.headers.get("content-length") ?? Number.NaN);
  return {
    url,
    contentType: response.headers.get("content-type") ?? undefined,
    size: Number.isFinite(size) ? size : undefined,
    stream: response.body,
    blob: () => response.blob(),
  };
}

/** The address of a task's n-th result, of whatever kind it is. */
export function resultUrl(task: Exclude<DownloadTarget, string>, index: number): string {
  const results = Object.values(task.task_result ?? {}).find((value) => Array.isArray(value) && value.length > 0);
  const item: unknown = Array.isArray(results) ? results[index] : undefined;
  const { url } = (item ?? {}) as { readonly url?: unknown };
  if (typeof url === "string") return url;
  throw new InputError(
    `The task has no result number ${index} (status: ${task.task_status ?? "unknown"}).`,
    "Wait until it has succeeded, then download.",
  );
}

function checkAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const loopback = url !== undefined && isLoopback(url);
  if (url?.protocol === "https:" || (loopback && url?.protocol === "http:")) return url.href;
  throw new InputError("The result's address is not https.", "Download from the address the provider gave.");
}

/** Whether an address is this machine's own. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

function downloadRefused(status: number): KlingkitError {
  const gone = status === 403 || status === 404 || status === 410;
  return new RefusedError(`The result's host answered HTTP ${status}.`, {
    code: gone ? "result-gone" : "download-refused",
    retry: gone ? "never" : "after-delay",
    remedy: gone ? "Results are deleted after 30 days; ask for the task again or generate anew." : "Try again later.",
    status,
  });
}
