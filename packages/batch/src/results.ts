import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import {
  type AnyTask,
  type DownloadOptions,
  download,
  InputError,
  type KlingClient,
  KlingkitError,
} from "@klingkit/core";
import { downloadToFile } from "@klingkit/core/node";
import type { BatchRow } from "./row.js";
import { stemOf, urlsOf } from "./store-result.js";

interface Where {
  readonly row: BatchRow;
  readonly out: string;
  /** Whether files of that name are the row's own, from before it was edited. */
  readonly replace: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Downloads every result of a task into the folder, each whole or not at all.
 * @returns the files' names
 * @throws InputError for a file that exists, may not be replaced, and is not this result
 */
export async function saveResults(
  client: KlingClient,
  task: AnyTask,
  { row, out, replace, signal }: Where,
): Promise<string[]> {
  const files: string[] = [];
  for (const index of urlsOf(task).keys()) {
    const options = { index, force: replace, addExtension: true, signal };
    files.push(path.basename(await saveOne(client, task, path.join(out, stemOf(row, index)), options)));
  }
  return files;
}

async function saveOne(client: KlingClient, task: AnyTask, stem: string, options: DownloadOptions): Promise<string> {
  try {
    return (await downloadToFile(client, task, stem, options)).path;
  } catch (error) {
    if (!KlingkitError.isInstance(error) || error.code !== "file-exists") throw error;
    const file = await savedBefore(client, task, stem, options);
    if (file) return file;
    throw new InputError(
      error.message.replace(error.remedy, "").trim(),
      "It is not the batch's. Move it elsewhere and run the batch again: the next run puts the row's result there.",
      "file-exists",
    );
  }
}

/** The file that holds this result already: another process has saved it, or one that was killed before it could say so. */
async function savedBefore(
  client: KlingClient,
  task: AnyTask,
  stem: string,
  options: DownloadOptions,
): Promise<string | undefined> {
  const { stream } = await download(client, task, options);
  const wanted = await hashOf(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]));
  const folder = path.dirname(stem);
  const names = (await readdir(folder)).filter((name) => path.parse(name).name === path.basename(stem));
  for (const file of names.map((name) => path.join(folder, name)))
    if ((await hashOf(createReadStream(file)).catch(() => undefined)) === wanted) return file;
  return undefined;
}

async function hashOf(content: Readable): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of content) hash.update(bytes);
  return hash.digest("hex");
}
