import type { KlingClient } from "../client.js";
import { contextOf } from "../client-context.js";
import { AbortedError, ConnectionError, InputError, type KlingkitError, RefusedError } from "../errors/index.js";
import { isLoopback } from "../loopback.js";
import type { CallOptions } from "../options.js";
import { isSucceeded } from "../task/status.js";

/** What can be downloaded: an address, or a task that has succeeded. */
export type DownloadTarget = string | { readonly task_result?: unknown; readonly task_status?: string };

export interface DownloadOptions extends CallOptions {
  /** Which of the task's `resultUrls`, from 0. Default 0. */
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
  client: KlingClient,
  target: DownloadTarget,
  options: DownloadOptions = {},
): Promise<Download> {
  const { fetch } = contextOf(client);
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

/** The addresses of all files that a task made, of whatever kind, in the answer's order. */
export function resultUrls({ task_result }: Exclude<DownloadTarget, string>): string[] {
  return Object.values(task_result ?? {}).flatMap((items) => (Array.isArray(items) ? items.flatMap(itemUrls) : []));
}

/** `url`, `url_1` to `url_3`, `trial_url`; of a sound in two formats the MP3 alone; never the watermarked twin. */
function itemUrls(item: unknown): string[] {
  const urls = Object.entries(item ?? {}).filter(
    ([name, value]) => /^(trial_)?url(_|$)/.test(name) && typeof value === "string" && value !== "",
  );
  const mp3 = urls.find(([name]) => name === "url_mp3");
  return (mp3 ? [mp3] : urls).map(([, url]) => String(url));
}

function resultUrl(task: Exclude<DownloadTarget, string>, index: number): string {
  const url = resultUrls(task)[index];
  if (url !== undefined) return url;
  const { task_status = "unknown" } = task;
  throw new InputError(
    `The task has no result number ${index} to download (status: ${task_status}).`,
    isSucceeded(task_status) ? "Look into the task for what it made." : "Wait until it has succeeded, then download.",
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
