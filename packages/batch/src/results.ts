import { existsSync } from "node:fs";
import path from "node:path";
import { type AnyTask, type DownloadOptions, type KlingClient, KlingkitError } from "@klingkit/core";
import { downloadToFile } from "@klingkit/core/node";
import type { BatchRow } from "./row.js";
import { stemOf, urlsOf } from "./store-result.js";

interface Where {
  readonly row: BatchRow;
  readonly out: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Downloads every result of a task into the folder, each whole or not at all; what lies there already is kept.
 * @returns the files' names
 */
export async function saveResults(client: KlingClient, task: AnyTask, { row, out, signal }: Where): Promise<string[]> {
  const files: string[] = [];
  for (const index of urlsOf(task).keys()) {
    const stem = path.join(out, stemOf(row, index));
    files.push(path.basename(await saveOne(client, task, stem, { index, ...(signal ? { signal } : {}) })));
  }
  return files;
}

const extensions = ["mp4", "png", "jpg", "mp3", "wav"];

async function saveOne(client: KlingClient, task: AnyTask, stem: string, options: DownloadOptions): Promise<string> {
  try {
    const { path: file } = await downloadToFile(client, task, stem, { ...options, addExtension: true });
    return file;
  } catch (error) {
    // An earlier run was killed after it had written the file, before it noted that.
    const there = extensions.map((extension) => `${stem}.${extension}`).find(existsSync);
    if (KlingkitError.isInstance(error) && error.code === "file-exists" && there) return there;
    throw error;
  }
}
