import type { TaskRecord } from "./task-record.js";

/**
 * Which of the tasks that were charged are the second for one intention, with the task that was the first. Two are one intention when the same
 * account sent the same request to the same operation again, and either both carry the same own id, or neither carries
 * one, or the first answer was spoilt by a fault, so that its caller could not know of it.
 */
export function duplicatesIn(tasks: readonly TaskRecord[]): ReadonlyMap<string, string> {
  const duplicates = new Map<string, string>();
  const earlier = new Map<string, FirstTasks>();
  for (const task of tasks) {
    const content = contentOf(task);
    const firsts: FirstTasks = earlier.get(content) ?? { byOwnId: new Map() };
    // Every later task of the same content counts as a repeat of the first one whose answer was spoilt, whatever its id.
    const first = firsts.byOwnId.get(task.externalTaskId) ?? firsts.spoilt;
    if (first) duplicates.set(task.id, first.id);
    else {
      firsts.byOwnId.set(task.externalTaskId, task);
      if (task.fault !== undefined) firsts.spoilt = task;
      earlier.set(content, firsts);
    }
  }
  return duplicates;
}

/** The tasks of one content that are not duplicates. */
interface FirstTasks {
  /** By the caller's own ids, undefined for none. */
  readonly byOwnId: Map<string | undefined, TaskRecord>;
  spoilt?: TaskRecord;
}

function contentOf({ account, operation, picture, request }: TaskRecord): string {
  const { external_task_id: _, ...content } = request;
  return JSON.stringify([account, operation, picture, content]);
}
