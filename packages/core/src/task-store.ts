import { createTaskEntries } from "./task-entries.js";

/** What is known of one intention to create a task. */
export interface TaskEntry {
  readonly family: string;
  readonly external_task_id: string;
  /** Once the provider has told it. */
  readonly task_id?: string;
  /**
   * `sending`: the request may be out; `accepted`: the task exists; `refused`: certainly no task, may be sent again;
   * `unknown`: nobody can tell; `ended`: the task has succeeded or failed.
   */
  readonly state: "sending" | "accepted" | "refused" | "unknown" | "ended";
  /** Unix milliseconds. */
  readonly updatedAt: number;
}

/**
 * Remembers intentions before the first byte leaves, so that neither a crash nor a second caller with the same
 * `external_task_id` pays twice. Entries are kept by family and external id.
 */
export interface TaskStore {
  /**
   * Takes the intention, atomically: of several callers one gets undefined and may send, the others get the entry that
   * was there. An entry in state `refused` is replaced.
   */
  claim(entry: TaskEntry): Promise<TaskEntry | undefined>;
  update(entry: TaskEntry): Promise<void>;
  list(): Promise<readonly TaskEntry[]>;
}

/** A store in memory: it forgets everything with the process. Ended entries beyond the limit go first. */
export function memoryTaskStore(limit = 10_000): TaskStore {
  const entries = createTaskEntries();
  const bounded = <T>(result: T): T => {
    entries.dropEnded(limit);
    return result;
  };
  return {
    claim: async (entry) => bounded(entries.claim(entry)),
    update: async (entry) => bounded(entries.set(entry)),
    list: async () => entries.all(),
  };
}
