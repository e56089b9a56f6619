import { type AnyTask, download, InputError, type KlingClient, resultUrls } from "@klingkit/core";
import { fileNameOf } from "./file-name.js";
import type { BatchRow } from "./row.js";

/** A result of a row that is about to be kept. */
export interface ResultFile {
  /** Its name in an output folder, such as `product-1.mp4`. Rows of one batch never share one. */
  readonly name: string;
  /** The server's word for what it is, such as `video/mp4`. */
  readonly type: string | undefined;
  /** Whole size in bytes, where the server says it. */
  readonly size: number | undefined;
  /** Which of the row's results it is, from 0: image families make several. */
  readonly index: number;
}

/**
 * Keeps one result of a row. May be called again for the same result after a failure, or when a worker was killed: write
 * under `file.name`, which is the same each time. The stream fails when the download does; discard what you have stored then.
 * @returns where the result is now, such as its address; `file.name` where nothing is returned
 */
export type StoreResult = (
  row: BatchRow,
  stream: ReadableStream<Uint8Array>,
  file: ResultFile,
) => Promise<string | undefined> | Promise<void>;

interface Keeping {
  readonly row: BatchRow;
  readonly storeResult: StoreResult;
  readonly signal: AbortSignal | undefined;
}

/**
 * Hands every result of a task to the hook.
 * @returns where they are
 */
export async function storeResults(
  client: KlingClient,
  task: AnyTask,
  { row, storeResult, signal }: Keeping,
): Promise<string[]> {
  const places: string[] = [];
  for (const index of urlsOf(task).keys()) {
    const { stream, contentType: type, size, url } = await download(client, task, { index, signal });
    // Nothing else of the host's address gets into a file's name.
    const [extension = ""] = /\.[a-z0-9]{1,5}$/i.exec(new URL(url).pathname) ?? [];
    const file = { name: `${stemOf(row, index)}${extension}`, type, size, index };
    try {
      places.push((await storeResult(row, stream, file)) ?? file.name);
    } finally {
      // A hook that fails half-way leaves the rest unread.
      if (!stream.locked) await stream.cancel().catch(() => {});
    }
  }
  return places;
}

/** @throws InputError for a task without results */
export function urlsOf(task: AnyTask): readonly string[] {
  const urls = resultUrls(task);
  if (urls.length === 0) throw new InputError("The task has no result.", "Look at it in the provider's console.");
  return urls;
}

/**
 * A result's name without its extension. No id's own name has a plus, so that no two rows share one.
 * @param index from 0
 */
export function stemOf(row: BatchRow, index: number): string {
  return `${fileNameOf(row.id)}${index > 0 ? `+${index + 1}` : ""}`;
}
