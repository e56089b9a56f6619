import type { Family } from "@klingkit/spec";
import { InputError, KlingkitError } from "../errors/index.js";
import type { TaskRecord, TaskScope, TaskState } from "../ports.js";
import { handleOf } from "../task/handle.js";
import { isOpen } from "../task-store/task-records.js";
import type { OperationContext } from "./context.js";

interface OwnIds {
  readonly external_task_id: string;
  readonly task_id?: string | undefined;
}

/** An intention as the store keeps it, claimed now. */
export function recordOf(context: OperationContext, family: Family, state: TaskState, ids: OwnIds): TaskRecord {
  const { external_task_id } = ids;
  const now = context.clock.now();
  const until = state === "sending" ? now + context.submitTimeoutMs : now;
  const times = { claimedAt: now, until, updatedAt: now };
  return { ...context.scope, ...handleOf(family.name, ids), external_task_id, state, ...times };
}

/**
 * Takes the intention before anything is sent.
 * @returns the record that was there, or undefined when the intention is the caller's
 * @throws InputError when the store fails: without it nothing is paid for
 */
export async function claim(context: OperationContext, record: TaskRecord): Promise<TaskRecord | undefined> {
  try {
    return await context.taskStore.claim(record);
  } catch (cause) {
    throw storeFailed(cause);
  }
}

/** Intentions of this client's account that have not been seen to end. @throws InputError when the store fails */
export async function recallOpen(context: OperationContext): Promise<readonly TaskRecord[]> {
  try {
    const records = await context.taskStore.list({ open: true });
    return records.filter((record) => isOpen(record) && belongsTo(context.scope, record));
  } catch (cause) {
    throw storeFailed(cause);
  }
}

/** A record without an origin comes from version 1 of the file store, which served one server and did not name it. */
function belongsTo(scope: TaskScope, { dialect, origin, account }: TaskRecord): boolean {
  if (origin === "") return true;
  return dialect === scope.dialect && origin === scope.origin && account === scope.account;
}

function storeFailed(cause: unknown): KlingkitError {
  if (KlingkitError.isInstance(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new InputError(`The task store failed before anything was sent: ${reason}.`, "Mend the store.", "task-store");
}

/** Notes what became of an intention. A store that fails now must not lose a task that exists: it is only told. */
export async function remember(context: OperationContext, record: TaskRecord): Promise<void> {
  const { family, external_task_id } = record;
  try {
    await context.taskStore.update({ ...record, updatedAt: context.clock.now() });
  } catch (cause) {
    context.emit({ type: "task-store-failed", family, external_task_id, cause });
  }
}

/** Notes what a query has shown of a task; one without an id of the caller's own was no intention of ours. */
export async function rememberTask(
  context: OperationContext,
  family: Family,
  state: TaskState,
  { task_id, external_task_id }: Partial<OwnIds>,
): Promise<void> {
  if (external_task_id) await remember(context, recordOf(context, family, state, { task_id, external_task_id }));
}
