import { createKlingClient, InputError, parseHandle, type TaskRecord } from "@klingkit/core";
import type { Io } from "../io.js";
import { changeNote, isUnfinished, recordFor, stateOf } from "../job.js";
import { noteIn, targetOf } from "../job-note.js";
import { familyName } from "../names.js";
import { notice, printResult } from "../report.js";
import { handleText, resumeAllCommands } from "../resume.js";
import { table } from "../table.js";
import { openMemory, type TaskMemory } from "../task-memory.js";

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
    ageSeconds: Math.max(0, Math.round((Date.now() - (record.sentAt ?? record.claimedAt)) / 1000)),
    usd: noteIn(record).usd ?? null,
    file: targetOf(noteIn(record)) ?? null,
    model: noteIn(record).model ?? null,
    mode: noteIn(record).mode ?? null,
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
  const none = `No ${options.finished || options.state !== undefined ? "such" : "unfinished"} tasks are remembered in ${memory.folder}.`;
  if (rows.length === 0 && !options.json) {
    notice(io, none);
    return tellOthers(options, io);
  }
  await printResult(
    io,
    options.json,
    { jobs: rows, folder: memory.folder },
    table(["TASK", "STATE", "AGE", "COST", "FILE"], lines, io.stdout),
  );
  if (options.json) return;
  for (const command of resumeAllCommands(records.filter(isUnfinished))) notice(io, `finish them with: ${command}`);
}

/** Says that simulators have tasks where the provider has none, or the other way round. */
async function tellOthers({ simulated = false }: JobsOptions, io: Io): Promise<void> {
  const others = (await openMemory(io, !simulated).store.list()).filter(isUnfinished);
  if (others.length === 0) return;
  const where = simulated ? "at the provider: klingkit jobs" : "on simulators: klingkit jobs --simulated";
  notice(io, `${others.length} unfinished ${where}`);
}

function ageText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
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
  const { memory, record } = await findJob(handle, options, io);
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
  const found: Found[] = [];
  for (const handle of handles) found.push(await findJob(handle, options, io));
  for (const { memory, record } of found) await changeNote(memory, record, { forgotten: true });
  await printResult(
    io,
    options.json,
    { forgotten: handles },
    handles.map((handle) => `${handle}  forgotten`),
  );
}

interface Found {
  readonly memory: TaskMemory;
  readonly record: TaskRecord;
}

/** A remembered task, the provider's or a simulator's. @throws InputError where none has this handle */
async function findJob(text: string, { simulated }: ForgetOptions, io: Io): Promise<Found> {
  const { family, task_id } = parseHandle(text);
  for (const isSimulated of simulated ? [true] : [false, true]) {
    const memory = openMemory(io, isSimulated);
    const record = recordFor(await memory.store.list(), familyName(family), task_id);
    if (record) return { memory, record };
  }
  throw new InputError(
    `No task ${text} is remembered.`,
    "See what is with: klingkit jobs --finished (or --simulated).",
    "unknown-job",
  );
}
