import type { Family } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { KlingkitError } from "../errors/index.js";
import type { Exchange } from "../http/http.js";
import { answerOf } from "../http/judge.js";
import { repeating } from "../http/retry.js";
import type { CallOptions } from "../options.js";
import { tellGuards } from "../tell-guard.js";
import { handleOf, type TaskReference, taskIdOf } from "./handle.js";
import { type AnyTask, readTask } from "./task.js";

/** Options of one query. */
export interface QueryOptions
  extends Pick<CallOptions, "signal">,
    Partial<Pick<Exchange, "timeoutMs" | "attempt" | "mayRepeat">> {}

/** The common settings of all queries. */
export function queryOf(context: ClientContext, path: string, options: QueryOptions): Exchange {
  const { timeoutMs = context.timeoutMs, attempt = 1, signal, mayRepeat } = options;
  return { method: "GET", path, timeoutMs, attempt, signal, mayRepeat };
}

/**
 * Queries a task; temporary errors are retried.
 * @throws KlingkitError with the handle
 */
export async function get(
  context: ClientContext,
  family: Family,
  reference: TaskReference,
  options: QueryOptions,
): Promise<AnyTask> {
  taskIdOf(reference);
  return repeating(context, options.signal, (attempt) => getOnce(context, family, reference, { ...options, attempt }));
}

/** Queries a task once, without retries. Polls use this. */
export async function getOnce(
  context: ClientContext,
  family: Family,
  reference: TaskReference,
  options: QueryOptions,
): Promise<AnyTask> {
  const id = taskIdOf(reference);
  try {
    const { response } = await context.http.exchange(queryOf(context, `${family.path}/{id}`, options), (client, pipe) =>
      client.GET(`${family.path}/{id}` as const, { params: { path: { id } }, ...pipe }),
    );
    const expected = { family: family.name, method: "GET", dialect: context.dialect, reference } as const;
    const task = readTask(answerOf(response), expected);
    tellGuards(context, task);
    return task;
  } catch (error) {
    throw KlingkitError.isInstance(error) ? error.withHandle(handleOf(family.name, reference)) : error;
  }
}
