import type { Charge } from "./ledger.js";
import type { TaskRecord, TaskStore } from "./tasks.js";

/**
 * Which charges are the second for one intention, with the task that was the first. Two are one intention when the same
 * account sent the same request to the same family again, and either both carry the same own id, or neither carries
 * one, or the first answer was spoilt by a fault, so that its caller could not know of it.
 */
export function duplicatesIn(charges: readonly Charge[], tasks: TaskStore): ReadonlyMap<string, string> {
  const duplicates = new Map<string, string>();
  const earlier = new Map<string, TaskRecord[]>();
  for (const { taskId } of charges) {
    const task = tasks.byId(taskId);
    if (!task) continue;
    const content = contentOf(task);
    const before = earlier.get(content) ?? [];
    const first = before.find((candidate) => isSameIntention(candidate, task));
    if (first) duplicates.set(taskId, first.id);
    else earlier.set(content, [...before, task]);
  }
  return duplicates;
}

function isSameIntention(first: TaskRecord, second: TaskRecord): boolean {
  return first.externalTaskId === second.externalTaskId || first.fault !== undefined;
}

function contentOf({ account, family, picture, request }: TaskRecord): string {
  const { external_task_id: _, ...content } = request;
  return JSON.stringify([account, family, picture, content]);
}
