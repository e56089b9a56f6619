import { type AnyTask, formatHandle, KlingkitError } from "@klingkit/core";
import type { Io } from "./io.js";

/** What a command prints when it is done: one object with `--json`, else a line. */
export function printResult(io: Io, json: boolean | undefined, data: unknown, line: string): void {
  io.stdout.write(json ? `${JSON.stringify(data)}\n` : `${line}\n`);
}

/** An error as one sentence on stderr, and as an object on stdout with `--json`. */
export function printError(io: Io, json: boolean | undefined, error: unknown): void {
  const known = KlingkitError.isInstance(error);
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(`klingkit: ${known ? message : `${message} (this is a bug in klingkit)`}\n`);
  const hint = known ? resumeHint(error) : undefined;
  if (hint) io.stderr.write(`${hint}\n`);
  if (json)
    io.stdout.write(`${JSON.stringify({ error: known ? error.toJSON() : { name: "Error", message, code: "bug" } })}\n`);
}

/** How to go on with a task that exists, or may exist. */
function resumeHint(error: KlingkitError): string | undefined {
  const { handle } = error;
  if (!handle || error.name === "TaskFailedError") return undefined;
  const id = handle.task_id ?? handle.external_task_id;
  if (!id) return undefined;
  return `Resume with: klingkit ${handle.task_id ? "wait" : "get"} ${handle.family}/${id}`;
}

/** A task in one line: `image2video/2032…  processing`. */
export function taskLine(task: AnyTask): string {
  const reason = task.task_status_msg ? `  ${task.task_status_msg}` : "";
  return `${formatHandle(task)}  ${task.task_status}${reason}`;
}
