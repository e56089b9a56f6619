import type { Family } from "@klingkit/spec";
import { servers } from "@klingkit/spec/client";
import type { CallOptions } from "../options.js";
import { retrying } from "../retry.js";
import { type TaskReference, taskIdOf } from "../task/handle.js";
import { type Answer, badAnswer } from "../transport/judge.js";
import { findTask } from "../transport/task-body.js";
import type { Call } from "../transport/transport.js";
import type { OperationContext } from "./context.js";
import { type AnyTask, asHandle, readTask } from "./task.js";

/** What one query is sent with. */
interface QueryOptions extends CallOptions, Partial<Pick<Call, "timeoutMs" | "attempt" | "turn">> {}

/** One GET, without repeats. */
export function query(
  context: OperationContext,
  options: QueryOptions,
  what: Pick<Call, "path" | "id" | "query" | "redirectRemedy">,
): Promise<Answer> {
  const { timeoutMs = context.timeoutMs, attempt = 1, signal, turn } = options;
  return context.transport.call({ ...what, method: "GET", timeoutMs, attempt, signal, turn });
}

/** One query about a task: what a poll is made of. */
export async function getOnce(
  context: OperationContext,
  family: Family,
  reference: TaskReference,
  options: QueryOptions,
): Promise<AnyTask> {
  const answer = await query(context, options, { path: `${family.path}/{id}`, id: taskIdOf(reference) });
  const task = readTask(answer, family.name, "GET");
  for (const guard of context.guards) guard.saw?.(task);
  return task;
}

/** The task as it stands; transient faults are repeated. */
export async function get(
  context: OperationContext,
  family: Family,
  reference: TaskReference,
  options: CallOptions,
): Promise<AnyTask> {
  const id = taskIdOf(reference);
  return retrying(context, options.signal, (attempt) => getOnce(context, family, id, { ...options, attempt }));
}

export interface ListQuery {
  /** Page, 1 to 1000. Default 1. */
  readonly pageNum?: number;
  /** Rows a page, 1 to 500. Default 30. */
  readonly pageSize?: number;
}

/** One page of the family's tasks, newest first. Kling answers; CometAPI documents no list. */
export async function list(
  context: OperationContext,
  family: Family,
  page: ListQuery,
  options: CallOptions,
): Promise<AnyTask[]> {
  return retrying(context, options.signal, (attempt) => listOnce(context, family, page, { ...options, attempt }));
}

/** One page, without repeats. */
export async function listOnce(
  context: OperationContext,
  family: Family,
  page: ListQuery,
  options: QueryOptions,
): Promise<AnyTask[]> {
  const remedy = servers[context.dialect].list
    ? {}
    : { redirectRemedy: "The gateway documents no list; keep your handles." };
  const answer = await query(context, options, { path: family.path, query: { ...page }, ...remedy });
  const tasks = readList(answer, family.name);
  for (const guard of context.guards) for (const task of tasks) guard.saw?.(task);
  return tasks;
}

function readList({ data, status, requestId }: Answer, family: string): AnyTask[] {
  const tasks = Array.isArray(data) ? data.map(findTask) : [undefined];
  if (tasks.every((task) => task !== undefined)) return tasks.map((task) => asHandle(task, family));
  const remedy = "Try again later; at CometAPI a list is not documented.";
  throw badAnswer("The answer to a list is not a list of tasks.", "GET", { remedy, status, requestId });
}
