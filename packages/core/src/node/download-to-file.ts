import { createWriteStream, existsSync } from "node:fs";
import { link, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { onAbort } from "@klingkit/spec/web";
import { mediaExtension } from "../download/media-kind.js";
import {
  AbortedError,
  type DownloadOptions,
  type DownloadTarget,
  download,
  InputError,
  type KlingClient,
  KlingkitError,
} from "../index.js";
import { codeOf, isDiskFull } from "./error-code.js";
import { forgetLeftover, rememberLeftover } from "./leftovers.js";
import { partialFileOf, removeAbandoned } from "./partial-file.js";

export interface DownloadToFileOptions extends DownloadOptions {
  /** Whether to replace an existing file. Default false. */
  readonly force?: boolean | undefined;
  /** Whether to append the extension of the result: mp4, png, jpg, mp3 or wav. Default false. */
  readonly addExtension?: boolean | undefined;
}

/**
 * Downloads a result into a file. The file appears only when it is complete; where the file system has no hard links, it is
 * empty for an instant before. The bytes are first written to a hidden file in the same folder, which is removed after an
 * error and after Ctrl-C. The next download removes the hidden files of killed processes.
 * @returns the file's path and size in bytes
 * @throws InputError when the file exists (unless `force`) or can't be written
 * @throws ResponseFormatError when fewer bytes came than were announced, or the file is not the announced kind of media;
 * what `onProgress` throws
 */
export async function downloadToFile(
  client: KlingClient,
  target: DownloadTarget,
  file: string,
  options: DownloadToFileOptions = {},
): Promise<{ readonly path: string; readonly size: number }> {
  const partial = partialFileOf(file);
  let whole = file;
  try {
    if (!options.force && !options.addExtension && existsSync(file)) throw fileExists(file);
    await removeAbandoned(path.dirname(file));
    rememberLeftover(partial);
    await writeFile(partial, "", { flag: "wx" });
    const { size, extension } = await receive(client, target, partial, options);
    if (options.addExtension) whole = `${file}.${extension}`;
    await place(partial, whole, options.force ?? false);
    return { path: whole, size };
  } catch (error) {
    throw explain(error, whole, options.signal);
  } finally {
    await rm(partial, { force: true }).catch(() => {});
    forgetLeftover(partial);
  }
}

async function receive(
  client: KlingClient,
  target: DownloadTarget,
  partial: string,
  options: DownloadToFileOptions,
): Promise<{ readonly size: number; readonly extension: string }> {
  const source = await download(client, target, options);
  let extension = "";
  const peek = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      extension ||= mediaExtension(chunk, source.url);
      yield chunk;
    }
  };
  const stream = Readable.fromWeb(source.stream as Parameters<typeof Readable.fromWeb>[0]);
  const file = createWriteStream(partial, { flush: true });
  // A signal of its own: `pipeline` would leave a listener on the caller's for each download that runs.
  const life = new AbortController();
  const stop = onAbort(options.signal, () => life.abort(options.signal?.reason));
  await pipeline(stream, peek, file, { signal: life.signal }).finally(stop);
  return { size: file.bytesWritten, extension };
}

/** How a file system says that it has no hard links. */
const noHardLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** Takes the final name; without `force` never over an existing file, also one that appeared meanwhile. */
async function place(partial: string, file: string, force: boolean): Promise<void> {
  if (force) return rename(partial, file);
  try {
    await link(partial, file);
  } catch (error) {
    if (!noHardLinks.has(codeOf(error))) throw error;
    // An empty file takes the name, and only that one is replaced. A copy that is cut off would look like a result.
    await writeFile(file, "", { flag: "wx" });
    await rename(partial, file).catch(async (cause: unknown) => {
      await rm(file, { force: true });
      throw cause;
    });
  }
}

function fileExists(file: string): InputError {
  return new InputError(`${file} exists.`, "Choose another name, or allow it to be replaced.", "file-exists");
}

function explain(error: unknown, file: string, signal: AbortSignal | undefined): unknown {
  if (KlingkitError.isInstance(error)) return error;
  if (signal?.aborted) return new AbortedError(signal.reason);
  const code = codeOf(error);
  if (code === "EEXIST") return fileExists(file);
  if (code === "ERR_INVALID_ARG_VALUE")
    return new InputError("The file's name has a character that is not allowed.", "Choose another name.");
  if (isDiskFull(code))
    return new InputError(`The disk is full; ${file} was not written.`, "Make room and download again.", "disk-full");
  // What `onProgress` throws is the caller's own.
  if (!(error instanceof Error && "syscall" in error)) return error;
  return new InputError(
    `${file} can't be written (${code}).`,
    "Choose a folder that exists and may be written to.",
    "file-not-writable",
  );
}
