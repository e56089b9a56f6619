import { access, constants, mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { type AnyTask, InputError, type KlingClient, KlingkitError } from "@klingkit/core";
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
  const file = isFolder ? path.join(out, `${name}-${taskId.replaceAll(/[^\w-]/g, "_")}.mp4`) : out;
  if (!options.force && (await kindOf(file)) !== "nothing") throw fileExists(file);
  return file;
}

/**
 * Finds out before anything is paid for that the result could be put there; makes nothing yet.
 * @throws InputError when it could not
 */
export async function checkOut(options: ResultFileOptions, io: Io): Promise<void> {
  const given = options.out ?? ".";
  const out = path.resolve(io.cwd, given);
  const kind = await kindOf(out);
  if (kind === "file" && /[/\\]$/.test(given))
    throw new InputError(`${given} is a file, not a folder.`, "Choose another --out.");
  if (kind === "file" && !options.force) throw fileExists(out);
  let folder = kind === "folder" ? out : path.dirname(out);
  while ((await kindOf(folder)) === "nothing") folder = path.dirname(folder);
  if ((await kindOf(folder)) === "file") throw new InputError(`${folder} is not a folder.`, "Choose another --out.");
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw new InputError(`The folder ${folder} can't be written to (${codeOf(error)}).`, "Choose another --out.");
  });
}

/** Downloads the task's result and shows how much has arrived. */
export async function saveResult(
  client: KlingClient,
  task: AnyTask,
  file: string,
  options: ResultFileOptions & { readonly signal?: AbortSignal },
  onProgress: (received: number, size: number | undefined) => void,
): Promise<void> {
  try {
    await makeFolder(path.dirname(file));
    await downloadToFile(client, task, file, {
      force: options.force ?? false,
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: ({ received, size }) => onProgress(received, size),
    });
  } catch (error) {
    throw withHandle(error, task);
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new InputError(`The folder ${folder} can't be made (${codeOf(error)}).`, "Choose another --out.");
  }
}

/** A finished task is not lost with its download: it can be fetched again. */
function withHandle(error: unknown, task: AnyTask): unknown {
  if (!KlingkitError.isInstance(error) || error.handle || task.task_id === "") return error;
  return Object.assign(error, { handle: task });
}

async function kindOf(target: string): Promise<"file" | "folder" | "nothing"> {
  const found = await stat(target).catch(() => undefined);
  if (!found) return "nothing";
  return found.isDirectory() ? "folder" : "file";
}

function fileExists(file: string): InputError {
  return new InputError(`${file} exists.`, "Choose another --out, or replace it with --force.", "file-exists");
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
