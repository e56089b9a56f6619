import type { Family } from "@klingkit/spec";
import { servers } from "@klingkit/spec/client";
import { AbortedError, KlingkitError, type PartialHandle } from "../errors/index.js";
import type { OperationContext } from "./context.js";
import { get, list } from "./query.js";
import { type AnyTask, asHandle } from "./task.js";

/** What looking for a task brought: the task, the proof that there is none, or neither. */
export type LookUp = AnyTask | "absent" | "unknown";

/** The largest page a list has, and how many of them are read: tasks of 30 days, for all but the busiest. */
const pageSize = 500;
const lastPage = 100;

/**
 * Looks for a task that may or may not exist, by its id or the caller's own; where the family is asked by task ids only,
 * page by page in its list. "Not found" is proof at Kling; at the gateway it is not, unless `trustLookup`.
 * @throws AbortedError with the handle
 */
export async function lookUpTask(
  context: OperationContext,
  family: Family,
  handle: PartialHandle,
  signal: AbortSignal | undefined,
): Promise<LookUp> {
  const id = handle.task_id ?? (family.findByExternalId ? handle.external_task_id : undefined);
  try {
    // Answers do not always repeat the caller's own id.
    if (id) return asHandle(await get(context, family, id, { signal }), family.name, handle.external_task_id);
    if (!handle.external_task_id || !family.list || !servers[context.dialect].list) return "unknown";
    for (let pageNum = 1; pageNum <= lastPage; pageNum += 1) {
      const tasks = await list(context, family, { pageNum, pageSize }, { signal });
      const found = tasks.find((task) => task.external_task_id === handle.external_task_id);
      if (found) return found;
      // A full page may hide the task behind it.
      if (tasks.length < pageSize) return absence(context);
    }
    return "unknown";
  } catch (error) {
    if (error instanceof AbortedError) throw new AbortedError(error.cause, handle);
    return KlingkitError.isInstance(error) && error.code === "task-not-found" ? absence(context) : "unknown";
  }
}

function absence({ dialect, trustLookup }: OperationContext): LookUp {
  return dialect === "kling" || trustLookup ? "absent" : "unknown";
}
