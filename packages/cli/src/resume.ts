import { KlingkitError } from "@klingkit/core";
import { BatchError } from "./batch-error.js";

/** The command that ran, as far as it has to be repeated to go on with its task. */
export interface Invocation {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** How to go on with a task that exists, or may exist; undefined where there is nothing to go on with. */
export function resumeHint(error: unknown, invocation: Invocation | undefined): string | undefined {
  if (error instanceof BatchError && error.open.length > 0)
    return `Resume with: klingkit wait ${error.open.join(" ")}${flags(invocation, true)}`;
  if (!KlingkitError.isInstance(error) || !error.handle || error.name === "TaskFailedError") return undefined;
  if (!outlives(invocation)) return undefined;
  if (error.code === "task-not-found") return undefined;
  const { family, task_id, external_task_id } = error.handle;
  if (task_id) return `Resume with: klingkit wait ${family}/${task_id}${flags(invocation, true)}`;
  return external_task_id ? `Find out with: klingkit get ${family}/${external_task_id}${flags(invocation, false)}` : "";
}

/** Whether its tasks go on without this process: those of the embedded simulator end with it. */
export function outlives(invocation: Invocation | undefined): boolean {
  return invocation?.options.mock !== true;
}

/** The same server, and the same place for the result where one was wanted. */
function flags(invocation: Invocation | undefined, withResult: boolean): string {
  const { name = "", options = {} } = invocation ?? {};
  const words: string[] = [];
  const add = (flag: string, value: unknown) => {
    if (typeof value === "string") words.push(flag, quote(value));
  };
  if (withResult) {
    add("--out", options.out ?? (name === "generate" || name === "download" ? "." : undefined));
    if (options.force === true) words.push("--force");
  }
  add("--base-url", options.baseUrl);
  if (options.allowHttp === true) words.push("--allow-http");
  add("--dialect", options.dialect);
  return words.map((word) => ` ${word}`).join("");
}

function quote(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
