import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { type AnyTask, InputError, type KlingClient } from "@klingkit/core";
import { downloadToFile } from "@klingkit/core/node";
import type { Io } from "./io.js";

export interface ResultFileOptions {
  /** A file, or a folder (one that exists, or ends with a slash). Default: the current folder. */
  readonly out?: string;
  readonly force?: boolean;
}

/**
 * Where a result goes: the file named, or `<name>-<task id>.mp4` in the folder named.
 * @throws InputError when that file exists and may not be replaced
 */
export async function resultFile(options: ResultFileOptions, name: string, taskId: string, io: Io): Promise<string> {
  const out = path.resolve(io.cwd, options.out ?? ".");
  const isFolder = options.out === undefined || /[/\\]$/.test(options.out) || (await kindOf(out)) === "folder";
  const file = isFolder ? path.join(out, `${name}-${taskId}.mp4`) : out;
  if (!options.force && (await kindOf(file)) !== "nothing") throw fileExists(file);
  await makeFolder(path.dirname(file));
  return file;
}

/** Finds out before anything is paid for that the result could be put there. */
export async function checkOut(options: ResultFileOptions, io: Io): Promise<void> {
  if (options.out === undefined) return;
  const out = path.resolve(io.cwd, options.out);
  const kind = await kindOf(out);
  if (kind === "file" && /[/\\]$/.test(options.out))
    throw new InputError(`${options.out} is a file, not a folder.`, "Choose another --out.");
  if (kind === "file" && !options.force) throw fileExists(out);
  await makeFolder(kind === "folder" || /[/\\]$/.test(options.out) ? out : path.dirname(out));
}

/** Downloads the task's result and shows how much has arrived. */
export function saveResult(
  client: KlingClient,
  task: AnyTask,
  file: string,
  options: ResultFileOptions & { readonly signal?: AbortSignal },
  onProgress: (received: number, size: number | undefined) => void,
) {
  return downloadToFile(client, task, file, {
    force: options.force ?? false,
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: ({ received, size }) => onProgress(received, size),
  });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new InputError(`The folder ${folder} can't be made (${code}).`, "Choose another --out.");
  }
}

async function kindOf(target: string): Promise<"file" | "folder" | "nothing"> {
  const found = await stat(target).catch(() => undefined);
  if (!found) return "nothing";
  return found.isDirectory() ? "folder" : "file";
}

function fileExists(file: string): InputError {
  return new InputError(`${file} exists.`, "Choose another --out, or replace it with --force.", "file-exists");
}
