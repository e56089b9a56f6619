import { randomUUID } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { constants, copyFile, link, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  AbortedError,
  ConnectionError,
  type DownloadOptions,
  type DownloadTarget,
  download,
  InputError,
  type KlingClient,
  KlingkitError,
  ResponseFormatError,
} from "../index.js";
import { codeOf } from "./error-code.js";
import { mediaExtension, mediaProblem, signatureLength } from "./media-kind.js";

export interface DownloadToFileOptions extends DownloadOptions {
  /** Replace a file that is already there. Default false. */
  readonly force?: boolean;
  /** Append the extension of what comes: mp4, png, jpg, mp3 or wav. Default false. */
  readonly addExtension?: boolean;
  /** Called as bytes arrive. */
  readonly onProgress?: (progress: { readonly received: number; readonly size: number | undefined }) => void;
}

/**
 * Downloads a result into a file. The file appears whole or not at all: bytes go to a neighbour first.
 * @returns the file's path and size in bytes
 * @throws InputError when the file exists (unless `force`) or can't be written
 * @throws ResponseFormatError when fewer bytes came than were announced, or they are not what was announced
 */
export async function downloadToFile(
  client: KlingClient,
  target: DownloadTarget,
  file: string,
  options: DownloadToFileOptions = {},
): Promise<{ readonly path: string; readonly size: number }> {
  const partial = path.join(path.dirname(file), `.${path.basename(file).slice(0, 40)}.${randomUUID()}.part`);
  try {
    if (!options.force && !options.addExtension && existsSync(file)) throw fileExists(file);
    await writeFile(partial, "", { flag: "wx" });
    const { size, extension } = await receive(client, target, partial, options);
    const whole = options.addExtension ? `${file}.${extension}` : file;
    await place(partial, whole, options.force ?? false);
    return { path: whole, size };
  } catch (error) {
    throw explain(error, file, options.signal);
  } finally {
    await rm(partial, { force: true }).catch(() => {});
  }
}

async function receive(
  client: KlingClient,
  target: DownloadTarget,
  partial: string,
  options: DownloadToFileOptions,
): Promise<{ readonly size: number; readonly extension: string }> {
  const source = await download(client, target, options);
  let received = 0;
  let head = Buffer.alloc(0);
  const count = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      received += chunk.length;
      if (head.length < signatureLength) head = Buffer.concat([head, chunk]).subarray(0, signatureLength);
      options.onProgress?.({ received, size: source.size });
      yield chunk;
    }
  };
  const stream = Readable.fromWeb(source.stream as Parameters<typeof Readable.fromWeb>[0]);
  const file = createWriteStream(partial);
  await pipeline(stream, count, file, options.signal ? { signal: options.signal } : {});
  if (source.size !== undefined && received !== source.size) {
    throw badMedia(`Only ${received} of ${source.size} bytes came.`);
  }
  const problem = mediaProblem(head, source.contentType, source.url);
  if (problem) throw badMedia(problem);
  return { size: received, extension: mediaExtension(head, source.url) };
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
    await copyFile(partial, file, constants.COPYFILE_EXCL);
  }
}

function fileExists(file: string): InputError {
  return new InputError(`${file} exists.`, "Choose another name, or allow it to be replaced.", "file-exists");
}

function badMedia(what: string): ResponseFormatError {
  return new ResponseFormatError(what, { code: "bad-media", retry: "after-delay", remedy: "Download it again." });
}

const notWritable = new Set(["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG"]);

function explain(error: unknown, file: string, signal: AbortSignal | undefined): unknown {
  if (KlingkitError.isInstance(error)) return error;
  if (signal?.aborted) return new AbortedError(signal.reason);
  const code = codeOf(error);
  if (code === "EEXIST") return fileExists(file);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new InputError(`The disk is full; ${file} was not written.`, "Make room and download again.", "disk-full");
  if (notWritable.has(code)) {
    return new InputError(
      `${file} can't be written (${code}).`,
      "Choose a folder that exists and may be written to.",
      "file-not-writable",
    );
  }
  const remedy = "Download it again.";
  return new ConnectionError(
    "The download was cut off.",
    { code: "connection-lost", retry: "after-delay", remedy, cause: error },
    false,
  );
}
