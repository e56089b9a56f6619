import { type AnyTask, formatHandle, KlingkitError, type TaskHandle, type WatchChange, watch } from "@klingkit/core";
import { taskEnd } from "@klingkit/spec/client";
import { longestTimer } from "@klingkit/spec/web";
import { BatchError } from "../batch-error.js";
import { type Connection, connect } from "../connection.js";
import { exitCodeOf, exitCodeOfAll, exitCodes } from "../exit-code.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { finishJob } from "../job.js";
import { type Progress, ProgressTable } from "../progress.js";
import { fileLines, notice, printAll, printOneOfMany } from "../report.js";
import { checkOut, intoFolder, saveResult, stemOf } from "../result-file.js";
import type { WaitOptions } from "./task-options.js";

/** How one of the tasks came out. */
interface Outcome {
  readonly handle: string;
  readonly task?: AnyTask;
  readonly files?: readonly string[];
  readonly error?: KlingkitError;
  readonly exitCode: number;
}

/**
 * Waits for several tasks on one budget of requests; each is printed, and with `--out` downloaded into that folder, when it
 * has ended. With `--json` one object at the end.
 * @throws BatchError unless all have succeeded
 */
export async function waitForAll(handles: readonly TaskHandle[], given: WaitOptions, io: Io): Promise<void> {
  const options = intoFolder(given);
  if (options.out !== undefined) await checkOut(options, io);
  const connection = await connect(options, io);
  const open = new Map(handles.map((handle) => [formatHandle(handle), handle]));
  const progress = progressOf(open, connection, io);
  const outcomes: Outcome[] = [];
  const isInterrupted = await interruptible(io, async (interrupt) => {
    const limit = AbortSignal.timeout(Math.min((options.timeout ?? 30 * 60) * 1000, longestTimer));
    const signal = AbortSignal.any([interrupt, limit]);
    try {
      for await (const change of watch(connection.client, handles, { signal })) {
        const keys = [...open].flatMap(([key, handle]) => (isAbout(change, handle) ? [key] : []));
        const lines = keys.flatMap((key) => progress.get(key) ?? []);
        if (change.task) for (const line of lines) line.status(change.task);
        if (!change.ended) continue;
        for (const line of lines) line.end(false);
        outcomes.push(await settle(connection, change, { ...options, signal: interrupt }, io));
        for (const key of keys) open.delete(key);
      }
      open.clear();
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      for (const key of open.keys()) progress.get(key)?.end(false);
    }
    return interrupt.aborted;
  });
  await printAll(io, options.json, { tasks: outcomes, unfinished: [...open.keys()] });
  const codes = outcomes.map(({ exitCode }) => exitCode);
  // The tasks go on, interrupted or not.
  const left = isInterrupted || open.size > 0 ? [exitCodes.unfinished] : [];
  const exitCode = exitCodeOfAll([...codes, ...left]);
  if (exitCode === exitCodes.ok) return;
  const succeeded = outcomes.filter((outcome) => outcome.exitCode === exitCodes.ok).length;
  const what = `${succeeded} of ${outcomes.length + open.size} tasks succeeded.`;
  throw new BatchError(what, { exitCode, open: [...open.keys()] });
}

/** A line for each task, by its handle. */
function progressOf(open: ReadonlyMap<string, TaskHandle>, { isLocal }: Connection, io: Io): Map<string, Progress> {
  const table = new ProgressTable(io);
  return new Map(
    [...open].map(([name, { family }]) => [name, table.add({ name, family, isLocal, isOneOfMany: true })] as const),
  );
}

/** Prints a task that has ended, and fetches its result where one is wanted. */
async function settle(
  { client, memory }: Connection,
  { handle, task, error }: WatchChange,
  options: WaitOptions & { readonly signal: AbortSignal },
  io: Io,
): Promise<Outcome> {
  const name = formatHandle({ ...handle, task_id: handle.task_id ?? "" });
  try {
    if (error) throw error;
    const hasFailed = taskEnd(task.task_status) !== "succeeded";
    const wanted = options.out !== undefined && !hasFailed;
    const files = wanted ? await saveResult(client, task, stemOf(task.family, task), options, io) : [];
    if (wanted || hasFailed) await finishJob(await memory(), task);
    const outcome = { handle: name, task, files, exitCode: hasFailed ? exitCodes.taskFailed : exitCodes.ok };
    await printOneOfMany(io, options.json, outcome, fileLines(task, files));
    return outcome;
  } catch (cause) {
    // After an interruption the task is one of those that are open.
    if (!KlingkitError.isInstance(cause) || options.signal.aborted) throw cause;
    notice(io, `${name}: ${cause.message}`);
    const outcome = { handle: name, ...(task ? { task } : {}), error: cause, exitCode: exitCodeOf(cause) };
    await printOneOfMany(io, options.json, outcome, []);
    return outcome;
  }
}

/** Handles from the command line have one id, which may be the caller's own. */
function isAbout({ handle, task }: WatchChange, { family, task_id }: TaskHandle): boolean {
  return handle.family === family && [handle.task_id, task?.external_task_id].includes(task_id);
}
