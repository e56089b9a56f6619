import path from "node:path";
import { InputError, parseHandle } from "@klingkit/core";
import { families } from "@klingkit/spec";
import { announce } from "../announce.js";
import { type ConnectionOptions, connect } from "../connection.js";
import { familyName, readBody } from "../fields.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { createProgress } from "../progress.js";
import { printResult, taskLine } from "../report.js";
import { checkOut, type ResultFileOptions, resultFile, saveResult } from "../result-file.js";

export interface TaskOptions extends ConnectionOptions {
  readonly json?: boolean;
  /** Family of a bare id. */
  readonly family?: string;
}

/** `klingkit submit <family>`: creates a task and prints its handle. */
export async function submit(
  family: string,
  options: TaskOptions & Readonly<Record<string, unknown>>,
  io: Io,
): Promise<void> {
  const body = await readBody(family, options, io);
  const connection = await connect(options, io);
  announce(connection, family, body, io);
  const task = await interruptible(io, (signal) => connection.client.family(family).submit(body as never, { signal }));
  printResult(io, options.json, task, taskLine(task));
}

/** `klingkit get <handle>`: prints a task as it stands. */
export async function get(handle: string, options: TaskOptions, io: Io): Promise<void> {
  const { family, id } = readHandle(handle, options.family);
  const { client } = await connect(options, io);
  const task = await interruptible(io, (signal) => client.family(family).get(id, { signal }));
  printResult(io, options.json, task, taskLine(task));
}

export interface ListOptions extends TaskOptions {
  readonly pageNum?: number;
  readonly pageSize?: number;
}

/** `klingkit list <family>`: prints one page of tasks, newest first. */
export async function list(family: string, options: ListOptions, io: Io): Promise<void> {
  const { client } = await connect(options, io);
  const query = {
    ...(options.pageNum === undefined ? {} : { pageNum: options.pageNum }),
    ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
  };
  const tasks = await interruptible(io, (signal) => client.family(familyName(family)).list(query, { signal }));
  printResult(io, options.json, { tasks }, tasks.length === 0 ? "No tasks." : tasks.map(taskLine).join("\n"));
}

export interface WaitOptions extends TaskOptions, ResultFileOptions {
  readonly timeout?: number;
}

/** `klingkit wait <handle>`: waits for a task, and downloads its result with `--out`. */
export async function wait(handle: string, options: WaitOptions, io: Io): Promise<void> {
  const { family, id } = readHandle(handle, options.family);
  await checkOut(options, io);
  const { client, simulated } = await connect(options, io);
  const progress = createProgress(io, simulated ? 3_000 : 180_000);
  let done = false;
  try {
    const timeout = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 };
    const { task, file } = await interruptible(io, async (signal) => {
      const ended = await client
        .family(family)
        .wait(id, { signal, ...timeout, onStatus: ({ task_status }) => progress.status(task_status) });
      if (options.out === undefined) return { task: ended, file: undefined };
      const target = await resultFile(options, family, ended.task_id, io);
      await saveResult(client, ended, target, { ...options, signal }, progress.bytes);
      return { task: ended, file: target };
    });
    done = true;
    progress.end(true);
    printResult(io, options.json, file === undefined ? task : { task, file }, file ?? taskLine(task));
  } finally {
    if (!done) progress.end(false);
  }
}

/** `klingkit download <handle or address>`: fetches a finished task's result. */
export async function download(target: string, options: WaitOptions, io: Io): Promise<void> {
  await checkOut(options, io);
  const isAddress = /^https?:\/\//i.test(target);
  const { client } = await connect({ ...options, keyless: isAddress }, io);
  const file = await interruptible(io, async (signal) => {
    if (isAddress) {
      const name = path.basename(new URL(target).pathname, ".mp4").slice(0, 60) || "video";
      const destination = await resultFile(options, "result", name, io);
      await saveResult(
        client,
        { family: "", task_id: "", task_status: "", task_result: { videos: [{ id: "", url: target }] } },
        destination,
        { ...options, signal },
        () => {},
      );
      return destination;
    }
    const { family, id } = readHandle(target, options.family);
    const task = await client.family(family).get(id, { signal });
    const destination = await resultFile(options, family, task.task_id, io);
    await saveResult(client, task, destination, { ...options, signal }, () => {});
    return destination;
  });
  printResult(io, options.json, { file }, file);
}

/** `family/id`, or a bare id with `--family`. */
function readHandle(text: string, family: string | undefined): { family: string; id: string } {
  if (!text.includes("/") && family !== undefined) return { family: familyName(family), id: text };
  if (!text.includes("/"))
    throw new InputError(
      `"${text}" names no family.`,
      `Write it as family/id, or add --family (${Object.keys(families).join(", ")}).`,
    );
  const handle = parseHandle(text);
  return { family: familyName(handle.family), id: handle.task_id };
}
