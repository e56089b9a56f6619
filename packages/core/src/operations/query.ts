import type { Family } from "@klingkit/spec";
import { servers } from "@klingkit/spec/client";
import { ResponseFormatError } from "../errors/index.js";
import type { CallOptions } from "../options.js";
import { retrying } from "../retry.js";
import { type TaskReference, taskIdOf } from "../task/handle.js";
import type { Answer } from "../transport/judge.js";
import { findTask } from "../transport/task-body.js";
import type { Call } from "../transport/transport.js";
import type { OperationContext } from "./context.js";
import { type AnyTask, asHandle, readTask } from "./task.js";

/** What one request is sent with. */
interface OneQuery extends CallOptions, Pick<Call, "turn"> {
  readonly timeoutMs?: number;
  readonly attempt?: number;
}

/** One query, without repeats: what a poll is made of. */
export async function getOnce(
  context: OperationContext,
  family: Family,
  reference: TaskReference,
  options: OneQuery,
): Promise<AnyTask> {
  const answer = await context.transport.call({
    method: "GET",
    path: `${family.path}/{id}`,
    id: taskIdOf(reference),
    kind: "read",
    timeoutMs: options.timeoutMs ?? context.timeoutMs,
    attempt: options.attempt ?? 1,
    signal: options.signal,
    turn: options.turn,
  });
  const task = readTask(answer, family.name, "read");
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
  query: ListQuery,
  options: CallOptions,
): Promise<AnyTask[]> {
  return retrying(context, options.signal, (attempt) => listOnce(context, family, query, { ...options, attempt }));
}

/** One page, without repeats. */
export async function listOnce(
  context: OperationContext,
  family: Family,
  query: ListQuery,
  options: OneQuery,
): Promise<AnyTask[]> {
  const answer = await context.transport.call({
    method: "GET",
    path: family.path,
    query: { ...query },
    kind: "read",
    timeoutMs: context.timeoutMs,
    attempt: options.attempt ?? 1,
    signal: options.signal,
    turn: options.turn,
    ...(servers[context.dialect].list ? {} : { redirectRemedy: "The gateway documents no list; keep your handles." }),
  });
  const tasks = readList(answer, family.name);
  for (const guard of context.guards) for (const task of tasks) guard.saw?.(task);
  return tasks;
}

function readList(answer: Answer, family: string): AnyTask[] {
  const tasks = Array.isArray(answer.data) ? answer.data.map(findTask) : [undefined];
  if (tasks.every((task) => task !== undefined)) return tasks.map((task) => asHandle(task, family));
  throw new ResponseFormatError("The answer to a list is not a list of tasks.", {
    code: "response-format",
    retry: "after-delay",
    remedy: "Try again later; at CometAPI a list is not documented.",
    status: answer.status,
    requestId: answer.requestId,
  });
}
