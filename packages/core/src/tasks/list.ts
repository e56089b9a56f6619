import type { Family } from "@klingkit/spec";
import { servers } from "@klingkit/spec/client";
import type { ClientContext } from "../context.js";
import { badAnswer } from "../http/classify.js";
import { type Answer, answerOf } from "../http/judge.js";
import { repeating } from "../http/retry.js";
import { tellGuards } from "../tell-guard.js";
import { type QueryOptions, queryOf } from "./get.js";
import { type AnyTask, asHandle, findTask } from "./task.js";

export interface ListQuery {
  /** Number of the page, 1 to 1000. Default 1. */
  readonly pageNum?: number | undefined;
  /** Tasks on a page, 1 to 500. Default 30. */
  readonly pageSize?: number | undefined;
}

type Page = Partial<Record<keyof ListQuery, number>>;

/** Returns one page of the family's tasks, newest first. Kling documents the list; CometAPI does not. */
export async function list(
  context: ClientContext,
  family: Family,
  page: ListQuery,
  options: QueryOptions,
): Promise<AnyTask[]> {
  return repeating(context, options.signal, (attempt) => listOnce(context, family, page, { ...options, attempt }));
}

/** One page, without repeats. */
export async function listOnce(
  context: ClientContext,
  family: Family,
  page: ListQuery,
  options: QueryOptions,
): Promise<AnyTask[]> {
  const remedy = servers[context.dialect].list
    ? {}
    : { redirectRemedy: "The gateway documents no list; keep your handles." };
  const { response } = await context.http.exchange(
    { ...queryOf(context, family.path, options), ...remedy },
    // openapi-fetch leaves out what is undefined; its types do not know that.
    (client, pipe) => client.GET(family.path, { params: { query: { ...(page as Page) } }, ...pipe }),
  );
  const tasks = readList(answerOf(response), family.name);
  for (const task of tasks) tellGuards(context, task);
  return tasks;
}

function readList({ data, status, requestId }: Answer, family: string): AnyTask[] {
  const tasks = Array.isArray(data) ? data.map(findTask) : [undefined];
  if (tasks.every((task) => task !== undefined)) return tasks.map((task) => asHandle(task, family));
  const remedy = "Try again later; at CometAPI a list is not documented.";
  throw badAnswer("The answer to a list is not a list of tasks.", "GET", { remedy, status, requestId });
}
