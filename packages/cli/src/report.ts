import { AbortedError, type AnyTask, formatHandle, InputError, KlingkitError, WaitTimeoutError } from "@klingkit/core";
import { BatchError } from "./batch-error.js";
import type { Io } from "./io.js";
import { inLocale } from "./locale.js";
import { type Invocation, outlives, resumeHint } from "./resume.js";

/** What a command prints when it is done: one object with `--json`, else a line. */
export function printResult(io: Io, json: boolean | undefined, data: object, line: string): void {
  io.stdout.write(json ? `${JSON.stringify(data)}\n` : `${line}\n`);
}

/** A call's answer as JSON: readable on a terminal, else in one line. */
export function printData(io: Io, json: boolean | undefined, data: unknown): void {
  io.stdout.write(`${JSON.stringify(data, null, io.stdout.isTTY && !json ? 2 : undefined)}\n`);
}

/** A task with the files of its result; `file` is the first of them. A task without files is a line of its own. */
export function printFiles(io: Io, json: boolean | undefined, task: AnyTask | undefined, files: string[]): void {
  const lines = task && files.length === 0 ? [taskLine(task)] : files;
  printResult(io, json, { task, files, file: files[0] }, lines.join("\n"));
}

/** An error in words on stderr, and as an object on stdout with `--json`. */
export function printError(io: Io, json: boolean, error: unknown, invocation: Invocation | undefined): void {
  const known = KlingkitError.isInstance(error);
  const message = error instanceof Error ? error.message : String(error);
  const words = known ? inWords(error, outlives(invocation)) : `${message} (this is a bug in klingkit)`;
  io.stderr.write(`klingkit: ${inLocale(words, io)}\n`);
  const hint = resumeHint(error, invocation);
  if (hint) io.stderr.write(`${hint}\n`);
  if (json && !(error instanceof BatchError))
    printJsonError(io, known ? error.toJSON() : { name: "Error", message, code: "bug" });
}

/** What the argument parser has said on stderr already, for `--json`. */
export function printUsageError(io: Io, message: string): void {
  printJsonError(io, new InputError(message.replace(/^error: /, ""), "", "usage").toJSON());
}

/** A task in one line: `image2video/2032…  processing`. */
export function taskLine(task: AnyTask): string {
  const reason = task.task_status_msg ? `  ${task.task_status_msg}` : "";
  return `${formatHandle(task)}  ${task.task_status}${reason}`;
}

function printJsonError(io: Io, error: Record<string, unknown>): void {
  io.stdout.write(`${JSON.stringify({ error })}\n`);
}

/** Where the way to go on follows as a command, the sentence that describes it in code is left out. */
function inWords(error: KlingkitError, goesOn: boolean): string {
  if (error instanceof AbortedError)
    return goesOn && error.handle?.task_id ? "Interrupted; the task goes on." : "Interrupted.";
  const { message, remedy, cause } = error;
  if (!(error instanceof WaitTimeoutError)) return message;
  const what = message.slice(0, message.length - remedy.length).trimEnd();
  return KlingkitError.isInstance(cause) ? `${what} The last query failed: ${cause.message}` : what;
}
