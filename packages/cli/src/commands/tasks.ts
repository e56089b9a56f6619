import path from "node:path";
import { type AnyTask, formatHandle, InputError, parseHandle } from "@klingkit/core";
import { connect } from "../connection.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { finishFailedJob, finishJob } from "../job.js";
import { familyName, familyNames } from "../names.js";
import { showPreview } from "../preview/preview.js";
import { ProgressTable } from "../progress.js";
import { atServerOf } from "../remembered-server.js";
import { printFiles, printResult, taskLine } from "../report.js";
import { checkOut, saveResult, stemOf } from "../result-file.js";
import type { ListOptions, TaskOptions, WaitOptions } from "./task-options.js";
import { waitForAll } from "./wait-for-all.js";

/** `klingkit get <handle>`: prints a task as it stands. */
export async function get(handle: string, options: TaskOptions, io: Io): Promise<void> {
  const { family, id } = readHandle(handle, options.family);
  const { client } = await connect(await atServerOf([{ family, id }], options, io), io);
  const task = await interruptible(io, (signal) => client.family(family).get(id, { signal }));
  await printResult(io, options.json, { ...task, handle: formatHandle(task) }, [taskLine(task)]);
}

/** `klingkit list <family>`: prints one page of tasks, newest first. */
export async function list(name: string, options: ListOptions, io: Io): Promise<void> {
  const family = familyName(name);
  const { client } = await connect(options, io);
  const { pageNum, pageSize } = options;
  const tasks = await interruptible(io, (signal) => client.family(family).list({ pageNum, pageSize }, { signal }));
  await printResult(io, options.json, { tasks }, tasks.length === 0 ? ["No tasks."] : tasks.map(taskLine));
}

/** `klingkit wait <handle…>`: waits for tasks, and downloads their results with `--out`. */
export async function wait(handles: readonly string[], options: WaitOptions, io: Io): Promise<void> {
  const tasks = handles.map((handle) => readHandle(handle, options.family));
  const [first, ...others] = tasks;
  if (!first) return;
  const there = await atServerOf(tasks, options, io);
  if (others.length === 0) return waitForOne(first, there, io);
  const all = tasks.map(({ family, id }) => ({ family, task_id: id }));
  return waitForAll(all, there, io);
}

async function waitForOne({ family, id }: { family: string; id: string }, options: WaitOptions, io: Io): Promise<void> {
  if (options.out !== undefined) await checkOut(options, io);
  const { client, isLocal, memory } = await connect(options, io);
  const progress = new ProgressTable(io).add({ family, isLocal, name: `${family}/${id}` });
  let done = false;
  try {
    const timeout = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 };
    const { task, files } = await interruptible(io, async (signal) => {
      const ended: AnyTask = await client.family(family).wait(id, { signal, ...timeout, onStatus: progress.status });
      if (options.out === undefined) return { task: ended, files: [] };
      const settings = { ...options, signal, onProgress: progress.bytes };
      const saved = await saveResult(client, ended, stemOf(family, ended), settings, io);
      await finishJob(await memory(), ended);
      return { task: ended, files: saved };
    });
    done = true;
    progress.end(true);
    await showPreview(files, options, io);
    await printFiles(io, options.json, task, files);
  } catch (error) {
    await finishFailedJob(memory, error);
    throw error;
  } finally {
    if (!done) progress.end(false);
  }
}

/** `klingkit download <handle or address>`: fetches a finished task's result. */
export async function download(target: string, options: WaitOptions, io: Io): Promise<void> {
  await checkOut(options, io);
  const isAddress = /^https?:\/\//i.test(target) && URL.canParse(target);
  const there = isAddress ? options : await atServerOf([readHandle(target, options.family)], options, io);
  const { client, memory } = await connect({ ...there, keyless: isAddress }, io);
  const { task, files } = await interruptible(io, async (signal) => {
    const settings = { ...options, signal };
    if (isAddress)
      return { task: undefined, files: await saveResult(client, target, addressStem(target), settings, io) };
    const { family, id } = readHandle(target, options.family);
    const finished: AnyTask = await client.family(family).get(id, { signal });
    const saved = await saveResult(client, finished, stemOf(family, finished), settings, io);
    await finishJob(await memory(), finished);
    return { task: finished, files: saved };
  });
  await showPreview(files, options, io);
  await printFiles(io, options.json, task, files);
}

function addressStem(address: string): string {
  const { name } = path.parse(new URL(address).pathname);
  return `result-${name.replaceAll(/[^\w-]/g, "_").slice(0, 60) || "file"}`;
}

/** `family/id`, or a bare id with `--family`. */
export function readHandle(text: string, family: string | undefined): { family: string; id: string } {
  if (!text.includes("/") && family !== undefined) return { family: familyName(family), id: text };
  if (!text.includes("/"))
    throw new InputError(`"${text}" names no family.`, `Write it as family/id, or add --family (${familyNames()}).`);
  const handle = parseHandle(text);
  return { family: familyName(handle.family), id: handle.task_id };
}
