import type { Family } from "@klingkit/spec";
import { InputError, KlingkitError, type PartialHandle } from "../errors/index.js";
import type { TaskEntry } from "../task-store.js";
import type { OperationContext } from "./context.js";
import type { AnyTask } from "./task.js";

/** An intention as the store keeps it. */
export function entryOf(
  context: OperationContext,
  family: Family,
  state: TaskEntry["state"],
  ids: { readonly external_task_id: string; readonly task_id?: string | undefined },
): TaskEntry {
  const { external_task_id, task_id } = ids;
  return {
    family: family.name,
    external_task_id,
    ...(task_id ? { task_id } : {}),
    state,
    updatedAt: context.clock.now(),
  };
}

/**
 * Takes the intention before anything is sent.
 * @throws InputError when the store fails: without it nothing is paid for
 */
export async function claim(context: OperationContext, entry: TaskEntry): Promise<TaskEntry | undefined> {
  try {
    return await context.taskStore.claim(entry);
  } catch (cause) {
    if (KlingkitError.isInstance(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`The task store failed before anything was sent: ${reason}.`, "Mend the store.", "task-store");
  }
}

/** Notes what became of it. A store that fails now must not lose a task that exists: it is only told. */
export async function remember(context: OperationContext, entry: TaskEntry): Promise<void> {
  try {
    await context.taskStore.update(entry);
  } catch (cause) {
    context.emit({ type: "task-store-failed", family: entry.family, external_task_id: entry.external_task_id, cause });
  }
}

/** Notes that a task nobody was sure of exists. */
export async function rememberFound(context: OperationContext, family: Family, task: AnyTask): Promise<void> {
  const { external_task_id, task_id } = task;
  if (external_task_id) await remember(context, entryOf(context, family, "accepted", { external_task_id, task_id }));
}

/** Notes that a task was seen to have ended, where the caller's own id is known. */
export async function rememberEnd(
  context: OperationContext,
  family: Family,
  handle: PartialHandle,
  task: AnyTask,
): Promise<void> {
  const external_task_id = handle.external_task_id ?? task.external_task_id;
  if (!external_task_id) return;
  await remember(context, entryOf(context, family, "ended", { external_task_id, task_id: task.task_id }));
}
