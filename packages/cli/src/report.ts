import { AbortedError, type AnyTask, formatHandle, InputError, KlingkitError, WaitTimeoutError } from "@klingkit/core";
import { messageOf } from "@klingkit/spec/web";
import { BatchError } from "./batch-error.js";
import { oneLine } from "./clean-text.js";
import { exitCodeOf } from "./exit-code.js";
import type { Io } from "./io.js";
import { inLocale } from "./locale.js";
import { OutputError } from "./output.js";
import { handleText, type Invocation, outlives, resumeCommand } from "./resume.js";

/** What a command prints when it is done: one object with `--json`, an event with `--jsonl`, else lines. */
export async function printResult(
  io: Io,
  json: boolean | undefined,
  data: object,
  lines: readonly string[],
): Promise<void> {
  const whole = io.events.isOn ? { type: "result", ...data } : data;
  await deliver(io, json ? JSON.stringify(whole) : lines.map(oneLine).join("\n"));
}

/** What has become of one of several tasks: an event with `--jsonl`; nothing with `--json`, which has all at the end. */
export async function printOneOfMany(
  io: Io,
  json: boolean | undefined,
  outcome: object,
  lines: readonly string[],
): Promise<void> {
  if (json ? io.events.isOn : lines.length > 0) await printResult(io, json, outcome, lines);
}

/** All outcomes in one document with `--json`; with `--jsonl` each was an event already. */
export async function printAll(io: Io, json: boolean | undefined, data: object): Promise<void> {
  if (json && !io.events.isOn) await printJson(io, data);
}

/** A call's answer as JSON: readable on a terminal, else in one line. */
export async function printData(io: Io, json: boolean | undefined, data: unknown): Promise<void> {
  await deliver(io, JSON.stringify(data, null, io.stdout.isTTY && !json ? 2 : undefined));
}

/** One JSON document. */
export async function printJson(io: Io, data: unknown): Promise<void> {
  await deliver(io, JSON.stringify(data));
}

/** A task with the files of its result; `file` is the first of them. A task without files is a line of its own. */
export async function printFiles(
  io: Io,
  json: boolean | undefined,
  task: AnyTask | undefined,
  files: readonly string[],
): Promise<void> {
  await printResult(
    io,
    json,
    { ...(task ? { task, handle: formatHandle(task) } : {}), files, file: files[0] },
    fileLines(task, files),
  );
}

/** The files of a result; of a task without files, what it is. */
export function fileLines(task: AnyTask | undefined, files: readonly string[]): readonly string[] {
  return task && files.length === 0 ? [taskLine(task)] : files;
}

/**
 * Writes a result. A result that can't be written and was paid for goes to stderr, so that it is not lost; a reader of
 * something free may leave when it has seen enough.
 * @throws OutputError where the result could not be written
 */
async function deliver(io: Io, text: string): Promise<void> {
  if (canRedraw(io) && io.stdout.isTTY) io.live.clear();
  try {
    await io.stdout.deliver(`${text}\n`);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    if (io.created.certainty === "none" && error.code === "EPIPE") return;
    io.stderr.write(`${text}\n`);
    throw error;
  }
}

/** Whether stderr is a terminal that can draw its last lines again; a dumb one can't. */
export function canRedraw({ stderr, env }: Io): boolean {
  return stderr.isTTY && env.TERM !== "dumb";
}

/** One line on stderr. On a terminal it takes the place of the lines that show the progress. */
export function notice(io: Io, text: string): void {
  if (canRedraw(io)) io.live.clear();
  io.stderr.write(`klingkit: ${oneLine(inLocale(text, io))}\n`);
}

/** An error in words on stderr, and as an object on stdout with `--json`. */
export function printError(io: Io, json: boolean, error: unknown, invocation: Invocation | undefined): void {
  const isKnown = KlingkitError.isInstance(error) || error instanceof OutputError;
  const message = messageOf(error);
  const bug = `${message} (this is a bug in klingkit)`;
  notice(io, KlingkitError.isInstance(error) ? inWords(error, outlives(invocation)) : isKnown ? message : bug);
  const resume = resumeCommand(error, io.created, invocation);
  if (resume) io.stderr.write(`${resume.words}: ${oneLine(resume.command)}\n`);
  if (!json || error instanceof BatchError || error instanceof OutputError) return;
  const fields = KlingkitError.isInstance(error) ? error.toJSON() : { name: "Error", message, code: "bug" };
  const handles = io.created.handles.map(handleText);
  printJsonError(io, {
    error: { ...fields, exitCode: exitCodeOf(error, io.created.certainty) },
    ...(handles.length > 0 ? { handles, handle: handles[0] } : {}),
    ...(resume ? { resume: resume.command } : {}),
  });
}

/** What the argument parser has said on stderr already, for `--json`. */
export function printUsageError(io: Io, message: string, advice: string): void {
  const error = new InputError(sentence(message.replace(/^error: /, "")), advice, "usage");
  printJsonError(io, { error: { ...error.toJSON(), exitCode: exitCodeOf(error) } });
}

/** The text with a full stop at its end. */
export function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

/** A task in one line: `image2video/2032…  processing`. */
export function taskLine(task: AnyTask): string {
  const reason = task.task_status_msg ? `  ${task.task_status_msg}` : "";
  return `${formatHandle(task)}  ${task.task_status}${reason}`;
}

function printJsonError(io: Io, error: Record<string, unknown>): void {
  if (io.events.isOn) io.events.emit({ type: "error", ...error });
  else io.stdout.write(`${JSON.stringify(error)}\n`);
}

/** Where the way to go on follows as a command, the sentence that describes it in code is left out. */
function inWords(error: KlingkitError, goesOn: boolean): string {
  if (error instanceof AbortedError)
    return goesOn && error.handle?.task_id ? "Interrupted; the task goes on." : "Interrupted.";
  const { message, remedy } = error;
  return error instanceof WaitTimeoutError ? message.slice(0, message.length - remedy.length).trimEnd() : message;
}
