import type { TaskKey, TaskRecord, TaskStore } from "../ports.js";
import { mergeRecord } from "./merge-record.js";

/** An intention that has ended is not forgotten before: so long the provider knows the task. */
const keptFor = 30 * 24 * 3_600_000;

/** Records in memory, with the rules that every task store shares: the methods of `TaskStore`, at once. */
export interface TaskRecords {
  claim(record: TaskRecord): TaskRecord | undefined;
  find(key: TaskKey): TaskRecord | undefined;
  update(record: TaskRecord): void;
  list(options?: Parameters<TaskStore["list"]>[0]): TaskRecord[];
  /**
   * Forgets the oldest that were refused, or ended 30 days before the latest news, until about `limit` are left.
   * Everything else stays, whatever the limit.
   */
  forget(limit: number): void;
}

export function createTaskRecords(): TaskRecords {
  const records = new Map<string, TaskRecord>();
  let latest = 0;
  let nextSweep = 0;
  const find = (key: TaskKey) => {
    const record = records.get(textOf(key)) ?? records.get(textOf(unscoped(key)));
    const { dialect, origin, account } = key;
    return record && { ...record, dialect, origin, account };
  };
  const set = (record: TaskRecord) => {
    records.delete(textOf(unscoped(record)));
    records.set(textOf(record), record);
    latest = Math.max(latest, record.updatedAt);
  };
  return {
    claim(record) {
      const earlier = find(record);
      if (earlier && earlier.state !== "refused") return earlier;
      set(record);
      return undefined;
    },
    find,
    update(record) {
      const earlier = find(record);
      set(earlier ? mergeRecord(earlier, record) : record);
    },
    list: ({ open } = {}) => [...records.values()].filter((record) => !open || isOpen(record)),
    forget(limit) {
      if (records.size <= Math.max(limit, nextSweep)) return;
      for (const [key, { state, updatedAt }] of records) {
        if (state === "refused" || (state === "ended" && updatedAt < latest - keptFor)) records.delete(key);
        if (records.size <= limit) break;
      }
      // Looking through all of them again is due when many have come: each costs the same, however many are kept.
      nextSweep = records.size * 1.25;
    },
  };
}

/** Whether the end of an intention is still to be seen. */
export function isOpen({ state }: TaskRecord): boolean {
  return state !== "ended" && state !== "refused";
}

/** The key of a record that names no server, as version 1 of the file store wrote them: it stands for any server. */
function unscoped(key: TaskKey): TaskKey {
  return { ...key, dialect: "cometapi", origin: "", account: "" };
}

/** Only the account may hold spaces. */
function textOf({ dialect, origin, account, family, external_task_id }: TaskKey): string {
  return `${dialect} ${origin} ${family} ${external_task_id} ${account}`;
}
