import { KlingkitError, type PartialHandle, type TaskRecord } from "@klingkit/core";
import { dialects } from "@klingkit/spec";
import { BatchError } from "./batch-error.js";
import type { CreatedTasks } from "./created-tasks.js";
import { serverOf } from "./job-note.js";

/** The command that ran, as far as it has to be repeated to go on with its task. */
export interface Invocation {
  readonly name: string;
  /** The same command goes on with a batch, and with nothing else. */
  readonly isBatch?: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface ResumeCommand {
  /** What the command does. */
  readonly words: "Resume with" | "Find out with";
  readonly command: string;
}

/** How to go on with tasks that exist, or may exist; undefined where there is nothing to go on with. */
export function resumeCommand(
  error: unknown,
  created: CreatedTasks,
  invocation: Invocation | undefined,
): ResumeCommand | undefined {
  if (!outlives(invocation) || invocation?.isBatch) return undefined;
  const command = (handles: readonly string[]) => `klingkit resume ${handles.join(" ")}${flags(invocation)}`;
  if (error instanceof BatchError)
    return error.open.length > 0 ? { words: "Resume with", command: command(error.open) } : undefined;
  if (!KlingkitError.isInstance(error) || error.name === "TaskFailedError") return undefined;
  const handles = created.handles.length > 0 ? created.handles : error.handle ? [error.handle] : [];
  if (handles.length === 0 || (created.handles.length === 0 && error.code === "task-not-found")) return undefined;
  const texts = handles.flatMap((handle) => handleText(handle) ?? []);
  if (texts.length === 0) return undefined;
  const isKnown = handles.every(({ task_id }) => task_id !== undefined);
  return { words: isKnown ? "Resume with" : "Find out with", command: command(texts) };
}

/** Commands that finish these tasks: one for each server that has some. */
export function resumeAllCommands(records: readonly TaskRecord[]): string[] {
  const commands = records.map((record) => {
    const { dialect } = record;
    const baseUrl = serverOf(record);
    const isUsual = baseUrl === "" || baseUrl === dialects[dialect].baseUrl;
    const server = { ...(isUsual ? {} : { baseUrl }), ...(dialect === "cometapi" ? {} : { dialect }) };
    return `klingkit resume --all${flags({ name: "generate", options: server })}`;
  });
  return [...new Set(commands)];
}

/** `image2video/2032…`, by the own id where the task's id is not known. */
export function handleText({ family, task_id, external_task_id }: PartialHandle): string | undefined {
  const id = task_id ?? external_task_id;
  return id === undefined ? undefined : `${family}/${id}`;
}

/** Whether its tasks go on without this process: those of the embedded simulator end with it. */
export function outlives(invocation: Invocation | undefined): boolean {
  return invocation?.options.mock !== true && invocation?.name !== "init";
}

/** The same server, and the same place for the result where one was wanted. */
function flags(invocation: Invocation | undefined): string {
  const { name = "", options = {} } = invocation ?? {};
  const words: string[] = [];
  const add = (flag: string, value: unknown) => {
    if (typeof value === "string") words.push(flag, quote(value));
  };
  // A task that `generate` made remembers where its result goes.
  if (name !== "generate") add("--out", options.out ?? (name === "download" ? "." : undefined));
  if (options.force === true && name !== "generate") words.push("--force");
  add("--base-url", options.baseUrl);
  if (options.allowHttp === true) words.push("--allow-http");
  add("--dialect", options.dialect);
  return words.map((word) => ` ${word}`).join("");
}

function quote(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
