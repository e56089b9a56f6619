import type { TaskRecord } from "./task-record.js";

/**
 * Finds the tasks that repeat an earlier one, which is a duplicate charge. A task repeats another if the same account sent
 * the same request to the same operation again, and either both have the same own id, or neither has one, or a fault spoilt
 * the first answer, so that its caller could not know of the first task.
 * @param tasks those that were charged, oldest first
 * @returns the id of the first task by the id of each that repeats it
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
