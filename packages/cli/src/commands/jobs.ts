import { createKlingClient, InputError, KlingkitError, parseHandle, type TaskRecord } from "@klingkit/core";
import { BatchError } from "../batch-error.js";
import { type ConnectionOptions, connect } from "../connection.js";
import { exitCodeOf, exitCodeOfAll, exitCodes } from "../exit-code.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { changeNote, finishJob, isUnfinished, recordFor, stateOf } from "../job.js";
import { familyName } from "../names.js";
import { forEachAtMost } from "../parallel.js";
import { notice, printFiles, printJson, printResult } from "../report.js";
import { checkOut, type ResultFileOptions, saveResult, stemOf } from "../result-file.js";
import { handleText } from "../resume.js";
import { table } from "../table.js";
import { noteIn, openMemory, targetOf } from "../task-memory.js";
import { readHandle } from "./tasks.js";

export interface JobsOptions {
  readonly json?: boolean;
  /** Those that are finished too. */
  readonly finished?: boolean;
  /** Those of simulators instead. */
  readonly simulated?: boolean;
  readonly state?: string;
  readonly family?: string;
}

/** `klingkit jobs`: the tasks that earlier commands have made, newest first. */
export async function jobs(options: JobsOptions, io: Io): Promise<void> {
  const memory = openMemory(io, options.simulated === true);
  const family = options.family === undefined ? undefined : familyName(options.family);
  const records = (await memory.store.list())
    .filter((record) => options.finished || options.state !== undefined || isUnfinished(record))
    .filter((record) => options.state === undefined || stateOf(record) === options.state)
    .filter((record) => family === undefined || record.family === family)
    .sort((one, other) => other.claimedAt - one.claimedAt);
  const rows = records.map((record) => ({
    handle: handleText(record) ?? "",
    state: stateOf(record),
    ageSeconds: Math.max(0, Math.round((Date.now() - record.claimedAt) / 1000)),
    usd: noteIn(record).usd ?? null,
    file: targetOf(noteIn(record)) ?? null,
    model: noteIn(record).model ?? null,
    origin: record.origin,
    external_task_id: record.external_task_id,
    task_id: record.task_id ?? null,
  }));
  const lines = rows.map(({ handle, state, ageSeconds, usd, file }) => [
    handle,
    state,
    ageText(ageSeconds),
    usd === null ? "" : `$${usd.toFixed(2)}`,
    file ?? "",
  ]);
  const none = `No ${options.finished ? "" : "unfinished "}tasks are remembered in ${memory.folder}.`;
  if (rows.length === 0 && !options.json) return notice(io, none);
  await printResult(
    io,
    options.json,
    { jobs: rows, folder: memory.folder },
    table(["TASK", "STATE", "AGE", "COST", "FILE"], lines, io.stdout),
  );
}

function ageText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

export interface ResumeOptions extends ConnectionOptions, ResultFileOptions {
  readonly json?: boolean;
  readonly family?: string;
  /** Every unfinished task of this server. */
  readonly all?: boolean;
  readonly timeout?: number;
}

/** `klingkit resume [handle… | --all]`: waits for tasks, and fetches results to where they were meant to go. */
export async function resume(handles: readonly string[], options: ResumeOptions, io: Io): Promise<void> {
  if (handles.length === 0 && !options.all)
    throw new InputError("resume needs a handle or --all.", "See the handles with: klingkit jobs");
  if (options.out !== undefined) await checkOut(options, io);
  const { client, memory: openedMemory } = await connect(options, io);
  const memory = await openedMemory();
  const records = (await memory?.store.list()) ?? [];
  const ours = records.filter(
    ({ dialect, origin }) => dialect === client.dialect && (origin === client.baseUrl || origin === ""),
  );
  const targets: { family: string; id: string; record: TaskRecord | undefined }[] = options.all
    ? ours
        .filter(isUnfinished)
        .map((record) => ({ family: record.family, id: record.task_id ?? record.external_task_id, record }))
    : handles.map((text) => {
        const { family, id } = readHandle(text, options.family);
        return { family, id, record: recordFor(ours, family, id) };
      });
  if (targets.length === 0) return notice(io, `Nothing is left to finish at ${client.baseUrl}.`);
  const outcomes: { handle: string; files: readonly string[]; exitCode: number; error?: unknown }[] = [];
  await interruptible(io, (signal) =>
    forEachAtMost(8, targets, async ({ family, id, record }) => {
      if (signal.aborted) return;
      const name = `${family}/${id}`;
      try {
        const handle = record
          ? { family, task_id: record.task_id, external_task_id: record.external_task_id }
          : { family, task_id: id };
        const timeout = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 };
        const task = await client.resume(handle, { signal, ...timeout });
        const note = record ? noteIn(record) : {};
        const out = options.out ?? (record ? targetOf(note) : undefined);
        const force = options.force ?? note.force ?? false;
        const stem = note.stem ?? family;
        const files =
          out === undefined ? [] : await saveResult(client, task, stemOf(stem, task), { out, force, signal }, io);
        await finishJob(memory, task);
        outcomes.push({ handle: name, files, exitCode: exitCodes.ok });
        if (!options.json) await printFiles(io, false, task, files);
      } catch (error) {
        if (KlingkitError.isInstance(error) && error.name === "TaskFailedError" && record && memory)
          await changeNote(memory, record, { done: true }).catch(() => {});
        const exitCode = exitCodeOf(error, record?.task_id ? "exists" : "none");
        outcomes.push({
          handle: name,
          files: [],
          exitCode,
          error: KlingkitError.isInstance(error) ? error.toJSON() : String(error),
        });
        if (!signal.aborted) notice(io, `${name}: ${error instanceof Error ? error.message : error}`);
      }
    }),
  );
  if (options.json) await printJson(io, { results: outcomes });
  const codes = outcomes.map(({ exitCode }) => exitCode);
  const exitCode = outcomes.length < targets.length ? exitCodes.unfinished : exitCodeOfAll(codes);
  if (exitCode === exitCodes.ok) return;
  const open = outcomes
    .filter(
      (outcome) =>
        outcome.exitCode !== exitCodes.ok &&
        outcome.exitCode !== exitCodes.taskFailed &&
        outcome.exitCode !== exitCodes.refused,
    )
    .map(({ handle }) => handle);
  throw new BatchError(
    `${codes.filter((code) => code === exitCodes.ok).length} of ${targets.length} tasks are finished.`,
    { exitCode, open },
  );
}

export interface SettleOptions {
  readonly simulated?: boolean;
  /** The task certainly does not exist. */
  readonly absent?: boolean;
  /** The task's id, found in the provider's console. */
  readonly task?: string;
  readonly json?: boolean;
}

/** `klingkit settle <handle>`: ends an outcome that nobody could tell, by what a person has found out. */
export async function settle(handle: string, options: SettleOptions, io: Io): Promise<void> {
  const memory = openMemory(io, options.simulated === true);
  const record = findRecord(await memory.store.list(), handle);
  if ((options.absent === true) === (options.task !== undefined))
    throw new InputError(
      `Look first: in the provider's console, or with klingkit resume ${handle}, for a task with the id ${record.external_task_id}.`,
      "Then say what is true: --absent where there is none, or --task <id> where there is one.",
      "usage",
    );
  const { dialect, origin: baseUrl, account, family, external_task_id } = record;
  // The client has the rule; nothing is sent, so no key is needed.
  const server = { dialect, baseUrl, account, allowHttp: true, apiKey: "none-needed", taskStore: memory.store };
  const as = options.task === undefined ? "absent" : { task_id: options.task };
  await createKlingClient(server).settle({ family, external_task_id }, as);
  const settled = (await memory.store.find(record)) ?? record;
  await printResult(io, options.json, { handle: handleText(settled), state: stateOf(settled) }, [
    `${handleText(settled)}  ${stateOf(settled)}`,
  ]);
}

export interface ForgetOptions {
  readonly simulated?: boolean;
  readonly json?: boolean;
}

/** `klingkit forget <handle…>`: takes tasks off the list of `jobs`. Their own ids stay in use. */
export async function forget(handles: readonly string[], options: ForgetOptions, io: Io): Promise<void> {
  const memory = openMemory(io, options.simulated === true);
  const records = await memory.store.list();
  const found = handles.map((handle) => findRecord(records, handle));
  for (const record of found) await changeNote(memory, record, { forgotten: true });
  await printResult(
    io,
    options.json,
    { forgotten: handles },
    handles.map((handle) => `${handle}  forgotten`),
  );
}

function findRecord(records: readonly TaskRecord[], text: string): TaskRecord {
  const { family, task_id } = parseHandle(text);
  const record = recordFor(records, familyName(family), task_id);
  if (record) return record;
  throw new InputError(
    `No task ${text} is remembered.`,
    "See what is with: klingkit jobs --finished (or --simulated).",
    "unknown-job",
  );
}
