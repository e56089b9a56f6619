import type { Family } from "@klingkit/spec";
import { InputError, KlingkitError } from "../errors/index.js";
import { handleOf } from "../task/handle.js";
import type { TaskEntry } from "../task-store.js";
import type { OperationContext } from "./context.js";

interface OwnIds {
  readonly external_task_id: string;
  readonly task_id?: string | undefined;
}

/** An intention as the store keeps it. */
function entryOf(context: OperationContext, family: Family, state: TaskEntry["state"], ids: OwnIds): TaskEntry {
  const { external_task_id } = ids;
  return { ...handleOf(family.name, ids), external_task_id, state, updatedAt: context.clock.now() };
}

/**
 * Takes the intention before anything is sent.
 * @throws InputError when the store fails: without it nothing is paid for
 */
export async function claim(
  context: OperationContext,
  family: Family,
  external_task_id: string,
): Promise<TaskEntry | undefined> {
  try {
    return await context.taskStore.claim(entryOf(context, family, "sending", { external_task_id }));
  } catch (cause) {
    throw storeFailed(cause);
  }
}

/** What the store knows. @throws InputError when it fails */
export async function recall(context: OperationContext): Promise<readonly TaskEntry[]> {
  try {
    return await context.taskStore.list();
  } catch (cause) {
    throw storeFailed(cause);
  }
}

function storeFailed(cause: unknown): KlingkitError {
  if (KlingkitError.isInstance(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new InputError(`The task store failed before anything was sent: ${reason}.`, "Mend the store.", "task-store");
}

/**
 * Notes what became of an intention; a task without an id of the caller's own is none. A store that fails now must not
 * lose a task that exists: it is only told.
 */
export async function remember(
  context: OperationContext,
  family: Family,
  state: TaskEntry["state"],
  { task_id, external_task_id }: Partial<OwnIds>,
): Promise<void> {
  if (!external_task_id) return;
  try {
    await context.taskStore.update(entryOf(context, family, state, { task_id, external_task_id }));
  } catch (cause) {
    context.emit({ type: "task-store-failed", family: family.name, external_task_id, cause });
  }
}
