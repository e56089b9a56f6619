import path from "node:path";
import { type AnyTask, type DownloadOptions, InputError, type KlingClient, KlingkitError } from "@klingkit/core";
import { downloadToFile } from "@klingkit/core/node";
import type { BatchRow } from "./row.js";
import { stemOf, urlsOf } from "./store-result.js";

interface Where {
  readonly row: BatchRow;
  readonly out: string;
  /** Whether a file of that name may be the row's own, from before it was edited or from a killed run. */
  readonly replace: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Downloads every result of a task into the folder, each whole or not at all.
 * @returns the files' names
 * @throws InputError for a file that exists and may not be replaced
 */
export async function saveResults(
  client: KlingClient,
  task: AnyTask,
  { row, out, replace, signal }: Where,
): Promise<string[]> {
  const files: string[] = [];
  for (const index of urlsOf(task).keys()) {
    const options = { index, force: replace, addExtension: true, ...(signal ? { signal } : {}) };
    files.push(path.basename(await saveOne(client, task, path.join(out, stemOf(row, index)), options)));
  }
  return files;
}

async function saveOne(client: KlingClient, task: AnyTask, stem: string, options: DownloadOptions): Promise<string> {
  try {
    return (await downloadToFile(client, task, stem, options)).path;
  } catch (error) {
    if (!KlingkitError.isInstance(error) || error.code !== "file-exists") throw error;
    throw new InputError(
      error.message.replace(error.remedy, "").trim(),
      "It is not the batch's. Move it elsewhere and run the batch again: the next run puts the row's result there.",
      "file-exists",
    );
  }
}
