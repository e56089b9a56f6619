import type { TaskStore } from "../ports.js";
import { createTaskRecords } from "./task-records.js";

/**
 * A task store in memory: it forgets everything with the process.
 * @param limit how many records are kept, about: beyond it the oldest that were refused, or ended more than 30 days ago,
 * go first; what is open, or has ended since, stays. Default 10 000.
 */
export function memoryTaskStore(limit = 10_000): TaskStore {
  const records = createTaskRecords();
  const bounded = <T>(result: T): T => {
    records.forget(limit);
    return result;
  };
  return {
    claim: async (record) => bounded(records.claim(record)),
    find: async (key) => records.find(key),
    update: async (record) => bounded(records.update(record)),
    list: async (options) => records.list(options),
  };
}
