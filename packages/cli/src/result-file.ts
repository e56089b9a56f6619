import { access, constants, lstat, mkdtemp, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import {
  type AnyTask,
  download,
  formatHandle,
  InputError,
  type KlingClient,
  KlingkitError,
  resultUrls,
} from "@klingkit/core";
import { type DownloadToFileOptions, downloadToFile, makeFolder } from "@klingkit/core/node";
import { taskEnd } from "@klingkit/spec/client";
import { isPublicAddress } from "@klingkit/spec/web";
import type { Io } from "./io.js";
import { codeOf } from "./thrown.js";

export interface ResultFileOptions {
  /** A file, or a folder (one that exists, or ends with a slash). Default: the current folder. */
  readonly out?: string;
  readonly force?: boolean;
}

/** The options with a folder in `--out`: one file can't hold several results. */
export function intoFolder<Options extends ResultFileOptions>(options: Options): Options {
  return options.out === undefined ? options : { ...options, out: `${options.out}/` };
}

export interface SaveOptions extends ResultFileOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: DownloadToFileOptions["onProgress"];
}

/**
 * Finds out before anything is paid for that the result could be put there; leaves nothing behind.
 * @throws InputError when it could not
 */
export async function checkOut(options: ResultFileOptions, io: Io): Promise<void> {
  const given = options.out ?? ".";
  if (/^-\/?$/.test(given))
    throw new InputError(
      "Only klingkit generate writes a result to standard output.",
      "Name a file or a folder in --out.",
    );
  const out = path.resolve(io.cwd, given);
  const kind = await kindOf(out);
  if (kind === "file" && /[/\\]$/.test(given))
    throw new InputError(`${given} is a file, not a folder.`, "Choose another --out.");
  if (kind === "file" && !options.force) throw fileExists(out);
  let folder = kind === "folder" ? out : path.dirname(out);
  let missing: string | undefined;
  for (; (await kindOf(folder)) === "nothing"; folder = path.dirname(folder)) missing = folder;
  if ((await kindOf(folder)) === "file") throw new InputError(`${folder} is not a folder.`, "Choose another --out.");
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw new InputError(`The folder ${folder} can't be written to (${codeOf(error)}).`, "Choose another --out.");
  });
  if (missing) await tryFolder(missing);
}

/** Some systems allow to write and refuse folders, as under /proc. */
async function tryFolder(folder: string): Promise<void> {
  try {
    // Under a name of its own: what another process makes there meanwhile must stay.
    await rmdir(await mkdtemp(path.join(path.dirname(folder), ".klingkit-")));
  } catch (error) {
    throw cannotMake(folder, error);
  }
}

function cannotMake(folder: string, error: unknown): InputError {
  return new InputError(
    `The folder ${folder} can't be made (${codeOf(error)}).`,
    "Choose another --out.",
    "file-not-writable",
  );
}

/**
 * Downloads every file of a task's result, or what lies at an address: into the file named, or into the folder named as
 * `<stem>`, `<stem>-2` and so on, with the extension of what comes.
 * @returns the files
 * @throws InputError when a file exists and may not be replaced, or one file is named for several
 */
export async function saveResult(
  client: KlingClient,
  target: AnyTask | string,
  stem: string,
  options: SaveOptions,
  io: Io,
): Promise<string[]> {
  const { places, addExtension } = await plan(target, stem, options, io);
  const { force = false, signal, onProgress } = options;
  const files: string[] = [];
  try {
    for (const [index, place] of places.entries()) {
      await makeResultFolder(path.dirname(place));
      // Whoever typed a private address means it; a public one must not lead there.
      const allowPrivate = typeof target === "string" && !isPublicAddress(new URL(target));
      const settings = { index, force, addExtension, allowPrivate, signal, onProgress };
      files.push((await downloadToFile(client, target, place, settings)).path);
    }
    return files;
  } catch (error) {
    // A finished task is not lost with its download: it can be fetched again.
    if (typeof target === "string" || !KlingkitError.isInstance(error)) throw error;
    const { family, task_id, external_task_id } = target;
    throw error.withHandle({ family, task_id, ...(external_task_id ? { external_task_id } : {}) });
  }
}

/** Writes the first file of a result to standard output, as bytes. */
export async function writeResult(client: KlingClient, task: AnyTask, signal: AbortSignal, io: Io): Promise<string[]> {
  const { stream } = await download(client, task, { signal });
  const reader = stream.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) await io.stdout.bytes(step.value);
  return [];
}

/** `<name>-<task id>`, whatever the server calls a task. */
export function stemOf(name: string, { task_id }: AnyTask): string {
  return `${name}-${task_id.replaceAll(/[^\w-]/g, "_")}`;
}

/** Where each file of a result goes. */
async function plan(target: AnyTask | string, stem: string, options: SaveOptions, io: Io) {
  const urls = typeof target === "string" ? [target] : resultUrls(target);
  const out = path.resolve(io.cwd, options.out ?? ".");
  const addExtension = options.out === undefined || /[/\\]$/.test(options.out) || (await kindOf(out)) === "folder";
  if (typeof target === "object") checkCount(target, urls.length, addExtension);
  const places = (addExtension && urls.length > 0 ? urls : [""]).map((_, index) =>
    addExtension ? path.join(out, index === 0 ? stem : `${stem}-${index + 1}`) : out,
  );
  for (const [index, place] of places.entries()) {
    const file = addExtension ? place + extensionOf(urls[index] ?? "") : place;
    if (!options.force && (await kindOf(file)) !== "nothing") throw fileExists(file);
  }
  return { places, addExtension };
}

/** Nothing to download, or too much for one file. Of a task that is not finished the download itself says so. */
function checkCount(task: AnyTask, count: number, inFolder: boolean): void {
  const handle = formatHandle(task);
  if (count === 0 && taskEnd(task.task_status) === "succeeded")
    throw new InputError(`${handle} made no file to download.`, "See what it made with klingkit get.");
  if (count > 1 && !inFolder)
    throw new InputError(`${handle} has ${count} files, and --out names one.`, "Name a folder: --out folder/");
}

/** The extension that an address promises; what comes may differ, and is looked at again then. */
function extensionOf(url: string): string {
  return URL.canParse(url) ? path.extname(new URL(url).pathname) : "";
}

async function makeResultFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (error) {
    throw cannotMake(folder, error);
  }
}

/** A link that leads nowhere counts as a file: nothing can be put behind it. @throws InputError for a name that is too long */
async function kindOf(target: string): Promise<"file" | "folder" | "nothing"> {
  const found = await stat(target)
    .catch(() => lstat(target))
    .catch((error: unknown) => {
      if (codeOf(error) !== "ENAMETOOLONG") return undefined;
      const what = `The name ${path.basename(target).slice(0, 40)}… is too long.`;
      throw new InputError(what, "Choose another --out.", "file-not-writable");
    });
  if (!found) return "nothing";
  return found.isDirectory() ? "folder" : "file";
}

function fileExists(file: string): InputError {
  return new InputError(`${file} exists.`, "Choose another --out, or replace it with --force.", "file-exists");
}
