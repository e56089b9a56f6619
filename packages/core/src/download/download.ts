import type { KlingClient } from "../client.js";
import { contextOf } from "../client-context.js";
import { InputError } from "../errors/index.js";
import { checkNumbers } from "../lib/settings.js";
import type { CallOptions } from "../options.js";
import { checkAddress, resultExpiry } from "./address.js";
import { type DownloadTarget, resultUrl } from "./result-urls.js";
import { Source } from "./source.js";

export interface DownloadOptions extends CallOptions {
  /** Which of the task's `resultUrls`, from 0. Default 0. */
  readonly index?: number | undefined;
  /** Larger results are refused, in bytes. Default 1 GiB. */
  readonly maxBytes?: number | undefined;
  /**
   * Allows addresses on this machine or in a private network, if your results are there. Default false: only the base
   * URL's own origin, or a simulator on this machine. Decided by the address alone; no name is resolved.
   */
  readonly allowPrivate?: boolean | undefined;
  /** Called when bytes were read, and awaited. If it throws or rejects, the download ends with its error. */
  readonly onProgress?: ((progress: DownloadProgress) => unknown) | undefined;
}

export interface DownloadProgress {
  /** Bytes so far. */
  readonly received: number;
  /** Size of the whole file in bytes, if the server says it. */
  readonly size: number | undefined;
}

export interface Download {
  /** The address that was asked for; a redirect may have led elsewhere. */
  readonly url: string;
  /** The content type that the server sent. */
  readonly contentType: string | undefined;
  /** Size of the whole file in bytes, if the server says it. */
  readonly size: number | undefined;
  /** When the address expires, if it says so. */
  readonly expiresAt: Date | undefined;
  /** The bytes as they arrive; can be read once. Fails with a KlingkitError, or with what `onProgress` throws. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The bytes, all at once. */
  blob(): Promise<Blob>;
}

/**
 * Downloads a result. The key is not sent, because results are on other hosts. After a cut connection it continues
 * where it stopped. If the host does not say that it is still the same file, it starts again. It checks that the file
 * has the announced length and is the announced kind of media. After a 403 or 404 it tries again for a while, unless
 * the task ended more than an hour ago.
 * @throws InputError for an address that is not https, or leads to a private network (see `allowPrivate`)
 * @throws RefusedError when the host refuses, ConnectionError when it does not answer, ResponseFormatError when the
 * file is not media and when the task has no result. Reading the stream can end in the same errors
 */
export async function download(
  client: KlingClient,
  target: DownloadTarget,
  options: DownloadOptions = {},
): Promise<Download> {
  const { index = 0, maxBytes = 1_073_741_824, allowPrivate = false, signal, onProgress } = options;
  checkNumbers({ index, maxBytes });
  const context = contextOf(client);
  const { baseUrl, isLocal } = context;
  const policy = { baseUrl, isLocal, allowPrivate };
  const isAddress = typeof target === "string";
  const url = checkAddress(isAddress ? target : resultUrl(target, index), policy);
  const endedAt = isAddress || typeof target.updated_at !== "number" ? undefined : target.updated_at;
  const source = new Source(context, url, { signal, maxBytes, policy, endedAt });
  await source.open();
  const { size, contentType } = source;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) => {
    const bytes = await source.read();
    if (!bytes) return controller.close();
    controller.enqueue(bytes);
    try {
      await onProgress?.({ received: source.received, size });
    } catch (error) {
      source.cancel();
      throw error;
    }
  };
  // Nothing is read ahead: bytes are fetched only when the caller reads them.
  const stream = new ReadableStream({ pull, cancel: () => source.cancel() }, { highWaterMark: 0 });
  const blob = () => asBlob(stream, contentType);
  return { url: url.href, contentType, size, expiresAt: resultExpiry(url), stream, blob };
}

async function asBlob(stream: ReadableStream<Uint8Array<ArrayBuffer>>, type = ""): Promise<Blob> {
  if (stream.locked) throw new InputError("The result was read already.", "Download it again.");
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) parts.push(step.value);
  return new Blob(parts, { type });
}
