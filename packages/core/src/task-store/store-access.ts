import type { Family } from "@klingkit/spec";
import { messageOf } from "@klingkit/spec/web";
import type { ClientContext } from "../context.js";
import { InputError, KlingkitError, type PartialHandle } from "../errors/index.js";
import type { TaskKey, TaskRecord, TaskState, TaskStore } from "../ports.js";
import { handleOf } from "../tasks/handle.js";
import { isEnd } from "../tasks/status.js";
import type { AnyTask } from "../tasks/task.js";
import { isOpen } from "./task-records.js";

/** Makes the record of what is known now. */
export function recordOf(
  { scope, clock }: ClientContext,
  ids: { readonly family: string; readonly external_task_id: string; readonly task_id?: string | undefined },
  state: TaskState,
): TaskRecord {
  const { family, external_task_id } = ids;
  const now = clock.now();
  return { ...scope, ...handleOf(family, ids), external_task_id, state, claimedAt: now, until: now, updatedAt: now };
}

/** The record of a task; undefined if it has no own id. @throws InputError if the store fails */
export async function recordFor(
  { taskStore, scope }: ClientContext,
  { family, external_task_id }: PartialHandle,
): Promise<TaskRecord | undefined> {
  if (external_task_id === undefined) return undefined;
  const key: TaskKey = { ...scope, family, external_task_id };
  return taskStore.find(key);
}

/** Records of this client's account whose tasks have not been seen to end. @throws InputError if the store fails */
export async function pending({ taskStore, scope }: ClientContext): Promise<readonly TaskRecord[]> {
  const records = await taskStore.list({ open: true });
  return records.filter((record) => {
    const { dialect, origin, account } = record;
    // A record without an origin comes from version 1 of the file store, which served one server and did not name it.
    const isOurs = origin === "" || (dialect === scope.dialect && origin === scope.origin && account === scope.account);
    return isOurs && isOpen(record);
  });
}

/**
 * Writes the state of a task that may exist. If the store fails, the observer is told, because the task must not be
 * lost.
 */
export async function remember(context: ClientContext, record: TaskRecord): Promise<void> {
  const { family, external_task_id } = record;
  try {
    await context.taskStore.update({ ...record, updatedAt: context.clock.now() });
  } catch (cause) {
    context.emit({ type: "task-store-failed", family, external_task_id, cause });
  }
}

/** Records what a query has shown of a task. A task without an own id has no record. */
export async function rememberTask(context: ClientContext, family: Family, task: AnyTask): Promise<void> {
  const { task_id, external_task_id } = task;
  if (external_task_id === undefined) return;
  const ids = { family: family.name, external_task_id, task_id };
  const seen = recordOf(context, ids, isEnd(task.task_status) ? "ended" : "accepted");
  const { claimedAt = seen.claimedAt } = (await recordFor(context, ids).catch(() => undefined)) ?? {};
  await remember(context, { ...seen, claimedAt });
}

/** Wraps the caller's task store. Its errors become InputErrors, because without the store no paid request is sent. */
export function checkedStore(store: TaskStore): TaskStore {
  const checked =
    <Given extends unknown[], T>(method: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      try {
        return await method.apply(store, given);
      } catch (cause) {
        if (KlingkitError.isInstance(cause)) throw cause;
        throw new InputError(`The task store failed: ${messageOf(cause)}.`, "Repair the store.", "task-store");
      }
    };
  return {
    claim: checked(store.claim),
    find: checked(store.find),
    update: checked(store.update),
    list: checked(store.list),
  };
}
