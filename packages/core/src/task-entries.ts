import type { TaskEntry } from "./task-store.js";

/** Entries by family and external id, with the rules every task store shares. */
export interface TaskEntries {
  /** Takes an intention that is free or was refused; else gives the entry that was there. */
  claim(entry: TaskEntry): TaskEntry | undefined;
  set(entry: TaskEntry): void;
  all(): TaskEntry[];
  /** Forgets the oldest that have ended, until at most `limit` are left. What is still open stays, whatever the limit. */
  dropEnded(limit: number): void;
}

export function createTaskEntries(): TaskEntries {
  const entries = new Map<string, TaskEntry>();
  const keyOf = ({ family, external_task_id }: TaskEntry) => `${family}/${external_task_id}`;
  const set = (entry: TaskEntry) => {
    entries.set(keyOf(entry), entry);
  };
  return {
    claim(entry) {
      const earlier = entries.get(keyOf(entry));
      if (earlier && earlier.state !== "refused") return earlier;
      set(entry);
      return undefined;
    },
    set,
    all: () => [...entries.values()],
    dropEnded(limit) {
      let surplus = entries.size - limit;
      if (surplus <= 0) return;
      for (const [key, { state }] of entries) {
        if (state !== "ended" && state !== "refused") continue;
        entries.delete(key);
        surplus -= 1;
        if (surplus <= 0) return;
      }
    },
  };
}
