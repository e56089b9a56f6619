import { InputError, type TaskRecord } from "@klingkit/core";
import { BatchError } from "../batch-error.js";
import { type Connection, type ConnectionOptions, connect, serverAt } from "../connection.js";
import { exitCodeOfAll, exitCodes } from "../exit-code.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { finishFailedJob, finishJob, isUnfinished, recordFor } from "../job.js";
import { isAt, noteIn, targetOf } from "../job-note.js";
import { failure } from "../outcome.js";
import { forEachAtMost } from "../parallel.js";
import { ProgressTable } from "../progress.js";
import { atServer, atServerOf, rememberedTasks } from "../remembered-server.js";
import { fileLines, notice, printAll, printOneOfMany } from "../report.js";
import { checkOut, intoFolder, type ResultFileOptions, saveResult, stemOf } from "../result-file.js";
import { resumeAllCommands } from "../resume.js";
import { readHandle } from "./tasks.js";

export interface ResumeOptions extends ConnectionOptions, ResultFileOptions {
  readonly json?: boolean;
  readonly family?: string;
  /** Every unfinished task of this server. */
  readonly all?: boolean;
  readonly timeout?: number;
}

/** A task to be finished, with what is remembered of it. */
interface Target {
  readonly family: string;
  readonly id: string;
  readonly record: TaskRecord | undefined;
}

/** Codes after which a task is not to be resumed again. */
const settled: readonly number[] = [exitCodes.ok, exitCodes.taskFailed, exitCodes.refused];

/** `klingkit resume [handle… | --all]`: waits for tasks, and fetches results to where they were meant to go. */
export async function resume(handles: readonly string[], given: ResumeOptions, io: Io): Promise<void> {
  if (handles.length === 0 && !given.all)
    throw new InputError("resume needs a handle or --all.", "See the handles with: klingkit jobs");
  if (handles.length > 0 && given.all)
    throw new InputError("resume takes handles or --all, not both.", "Leave one of them out.");
  if (given.out !== undefined) await checkOut(given, io);
  const named = handles.map((handle) => readHandle(handle, given.family));
  const there = given.all ? await whereSomeAreLeft(given, io) : await atServerOf(named, given, io);
  if (!there) {
    notice(io, `Nothing is left to finish at ${serverAt(given, io)}.`);
    return tellOthers(handles, given, io);
  }
  const connection = await connect(there, io).catch(async (error: unknown) => {
    await tellOthers(handles, given, io);
    throw error;
  });
  const targets = await targetsOf(handles, given, connection);
  if (targets.every(({ record }) => !record)) await tellOthers(handles, given, io);
  const options = targets.length > 1 ? intoFolder(given) : given;
  if (options !== given) await checkOut(options, io);
  const outcomes: { readonly handle: string; readonly exitCode: number }[] = [];
  const table = new ProgressTable(io);
  await interruptible(io, (signal) =>
    forEachAtMost(8, targets, async (target) => {
      if (!signal.aborted) outcomes.push(await finishOne(connection, target, { ...options, signal, table }, io));
    }),
  );
  await printAll(io, options.json, { results: outcomes });
  const codes = outcomes.map((outcome) => outcome.exitCode);
  const exitCode = outcomes.length < targets.length ? exitCodes.unfinished : exitCodeOfAll(codes);
  if (exitCode === exitCodes.ok) return;
  const open = outcomes.flatMap((outcome) => (settled.includes(outcome.exitCode) ? [] : [outcome.handle]));
  const finished = codes.filter((code) => code === exitCodes.ok).length;
  throw new BatchError(`${finished} of ${targets.length} tasks are finished.`, { exitCode, open });
}

type Finishing = ResumeOptions & { readonly signal: AbortSignal; readonly table: ProgressTable };

/** Finishes one of the tasks, and prints what has become of it. Rejects only when it can't be printed. */
async function finishOne(connection: Connection, target: Target, options: Finishing, io: Io) {
  const handle = `${target.family}/${target.id}`;
  const { outcome, lines } = await finish(connection, target, options, io).then(
    ({ task, files }) => ({ outcome: { handle, files, exitCode: exitCodes.ok }, lines: fileLines(task, files) }),
    (error: unknown) => ({
      outcome: { ...failure(error, target.record?.task_id ? "exists" : "none"), handle },
      lines: [],
    }),
  );
  if ("error" in outcome) {
    if (!options.signal.aborted) notice(io, `${handle}: ${outcome.message}`);
  } else if (outcome.files.length === 0)
    notice(io, `no file was asked for; fetch its result with: klingkit download ${handle}`);
  await printOneOfMany(io, options.json, outcome, lines);
  return outcome;
}

/**
 * The server of which tasks are left to finish: the one that is asked, else the only one that has some. Undefined where none
 * is: then nobody is asked, and no key is needed.
 */
async function whereSomeAreLeft(options: ResumeOptions, io: Io): Promise<ResumeOptions | undefined> {
  const here = serverAt(options, io);
  const left = (await rememberedTasks(io)).filter(isUnfinished);
  if (left.some((record) => isAt(record, here))) return options;
  const there = atServer(left, options, io);
  return there === options ? undefined : there;
}

/** Says by which command tasks of other servers are finished, where some are meant or all. */
async function tellOthers(handles: readonly string[], options: ResumeOptions, io: Io): Promise<void> {
  const { all, family: given } = options;
  const here = serverAt(options, io);
  const records = (await rememberedTasks(io)).filter((record) => record.origin === "" || !isAt(record, here));
  const meant = all
    ? records.filter(isUnfinished)
    : handles.flatMap((text) => {
        const { family, id } = readHandle(text, given);
        return recordFor(records, family, id) ?? [];
      });
  for (const command of resumeAllCommands(meant)) notice(io, `tasks of another server are finished with: ${command}`);
}

/** The tasks that were named, or all that this server has and that are not finished. */
async function targetsOf(
  handles: readonly string[],
  { all, family: given }: ResumeOptions,
  { client, memory }: Connection,
): Promise<Target[]> {
  const records = (await (await memory())?.store.list()) ?? [];
  const ours = records.filter((record) => record.dialect === client.dialect && isAt(record, client.baseUrl));
  if (all)
    return ours
      .filter(isUnfinished)
      .map((record) => ({ family: record.family, id: record.task_id ?? record.external_task_id, record }));
  return handles.map((text) => {
    const { family, id } = readHandle(text, given);
    return { family, id, record: recordFor(ours, family, id) };
  });
}

/** Waits for one task, and fetches its result to where it was meant to go. */
async function finish(
  { client, isLocal, memory: opened }: Connection,
  { family, id, record }: Target,
  options: Finishing,
  io: Io,
) {
  const { signal, timeout } = options;
  const memory = await opened();
  const note = record ? noteIn(record) : {};
  const name = `${family}/${id}`;
  const progress = options.table.add({ name, family, model: note.model, mode: note.mode, isLocal, isOneOfMany: true });
  try {
    const handle = record
      ? { family, task_id: record.task_id, external_task_id: record.external_task_id }
      : { family, task_id: id };
    const times = timeout === undefined ? {} : { timeoutMs: timeout * 1000 };
    const task = await client.resume(handle, { signal, ...times, onStatus: progress.status });
    const out = options.out ?? (record ? targetOf(note) : undefined);
    const force = options.force ?? note.force ?? false;
    const settings = { out, force, signal, onProgress: progress.bytes };
    const stem = stemOf(note.stem ?? family, task);
    const files = out === undefined ? [] : await saveResult(client, task, stem, { ...settings, out }, io);
    await finishJob(memory, task);
    return { task, files };
  } catch (error) {
    await finishFailedJob(opened, error);
    throw error;
  } finally {
    progress.end(false);
  }
}
