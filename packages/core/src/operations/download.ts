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
  const { signal } = options;
  const response = await fetching(signal, () => fetch(url, { ...(signal ? { signal } : {}), credentials: "omit" }));
  if (!response.ok || !response.body || (response.redirected && !isAllowed(new URL(response.url)))) {
    await response.body?.cancel().catch(() => {});
    throw downloadRefused(response);
  }
  return {
    url,
    contentType: response.headers.get("content-type") ?? undefined,
    size: announcedSize(response.headers),
    stream: response.body,
    blob: () => fetching(signal, () => response.blob()),
  };
}

/** A step of a download; whatever it throws becomes klingkit's own error. */
async function fetching<T>(signal: AbortSignal | undefined, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (signal?.aborted) throw new AbortedError(signal.reason);
    const remedy = "Check the network and try again.";
    throw new ConnectionError(
      "The result could not be fetched.",
      { code: "connection-lost", retry: "after-delay", remedy, cause },
      false,
    );
  }
}

/** Of a compressed body, `content-length` is the compressed size, which says nothing about the bytes that come out. */
function announcedSize(headers: Headers): number | undefined {
  const length = headers.get("content-length") ?? "";
  return /^\d+$/.test(length) && !headers.has("content-encoding") ? Number(length) : undefined;
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
  if (url && isAllowed(url)) return url.href;
  throw new InputError("The result's address is not https.", "Download from the address the provider gave.");
}

function isAllowed(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
}

/** Whether an address is this machine's own. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

function downloadRefused({ status, ok, redirected }: Response): KlingkitError {
  if (ok && redirected) {
    return new RefusedError("The result's host redirects to an address that is not https.", {
      code: "download-refused",
      retry: "never",
      remedy: "Ask for the task again; its address may be a new one.",
      status,
    });
  }
  const gone = status === 403 || status === 404 || status === 410;
  return new RefusedError(`The result's host answered HTTP ${status}.`, {
    code: gone ? "result-gone" : "download-refused",
    retry: gone ? "never" : "after-delay",
    remedy: gone ? "Results are deleted after 30 days; ask for the task again or generate anew." : "Try again later.",
    status,
  });
}
