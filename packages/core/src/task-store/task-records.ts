import { retentionMs } from "@klingkit/spec/client";
import type { TaskKey, TaskRecord, TaskScope, TaskState, TaskStore } from "../ports.js";

const rank: Readonly<Record<TaskState, number>> = { sending: 0, unknown: 1, refused: 2, accepted: 3, ended: 4 };

/**
 * Merges an update (`next`) into the stored record (`old`) of the same intention.
 *
 * - A task that is known to exist stays known: `accepted` and `ended` are never undone, and their task id is never lost or
 *   replaced. A task id without proof is replaced only by one with proof.
 * - The state of one claim never goes back: sending < unknown < refused < accepted < ended.
 * - After a refusal the intention may be claimed again, with a later `claimedAt`. A late update of the earlier claim, such as
 *   `refused` or `unknown`, then no longer changes the state, unless it says that the task exists.
 * - Updates may come in any order and any number of times.
 *
 * The later time is kept. A note replaces one with an earlier `updatedAt`.
 */
export function mergeRecord(old: TaskRecord, next: TaskRecord): TaskRecord {
  const [base, other] = outweighs(next, old) ? [next, old] : [old, next];
  const isSettled = outweighs(base, other);
  const [later, earlier] = next.updatedAt >= old.updatedAt ? [next, old] : [old, next];
  const task_id = base.task_id ?? other.task_id;
  const digest = base.digest ?? other.digest;
  const sentAt = Math.max(old.sentAt ?? 0, next.sentAt ?? 0);
  const note = later.note === undefined ? earlier.note : later.note;
  return {
    ...old,
    ...(task_id === undefined ? {} : { task_id }),
    state: isSettled || rank[base.state] >= rank[other.state] ? base.state : other.state,
    ...(digest === undefined ? {} : { digest }),
    claimedAt: isSettled ? base.claimedAt : Math.max(old.claimedAt, next.claimedAt),
    ...(sentAt > 0 ? { sentAt } : {}),
    until: Math.max(old.until, next.until),
    updatedAt: later.updatedAt,
    ...(note === undefined ? {} : { note }),
  };
}

/** Whether what one record says makes the other's state meaningless, instead of being one step further. */
function outweighs(one: TaskRecord, other: TaskRecord): boolean {
  const exists = isKnown(one);
  if (exists !== isKnown(other)) return exists;
  return !exists && one.claimedAt > other.claimedAt;
}

/** Whether the task is known to exist. */
export function isKnown({ state }: TaskRecord): boolean {
  return rank[state] > rank.refused;
}

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
    const record = records.get(storageKey(key)) ?? records.get(storageKey(key, unknownScope));
    const { dialect, origin, account } = key;
    return record && { ...record, dialect, origin, account };
  };
  const set = (record: TaskRecord) => {
    records.delete(storageKey(record, unknownScope));
    records.set(storageKey(record), record);
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
        if (state === "refused" || (state === "ended" && updatedAt < latest - retentionMs)) records.delete(key);
        if (records.size <= limit) break;
      }
      // The next sweep waits until the number has grown by a quarter, so that its cost per record stays constant.
      nextSweep = records.size * 1.25;
    },
  };
}

/** Whether the end of an intention is still to be seen. */
export function isOpen({ state }: TaskRecord): boolean {
  return state !== "ended" && state !== "refused";
}

/** The scope of a record that names no server, as version 1 of the file store wrote them: it stands for any server. */
const unknownScope: TaskScope = { dialect: "cometapi", origin: "", account: "" };

/** Only the account may hold spaces. */
function storageKey(
  { family, external_task_id, ...own }: TaskKey,
  { dialect, origin, account }: TaskScope = own,
): string {
  return `${dialect} ${origin} ${family} ${external_task_id} ${account}`;
}

/**
 * Makes a task store in memory. Its records are lost when the process ends.
 * @param limit about how many records are kept. Beyond it, the oldest records that were refused, or that ended more
 * than 30 days ago, are removed; open records, and those that ended later, are never removed. Default 10 000.
 */
export function memoryTaskStore(limit = 10_000): TaskStore {
  const records = createTaskRecords();
  const bounded =
    <T>(write: (record: TaskRecord) => T) =>
    async (record: TaskRecord): Promise<T> => {
      const result = write(record);
      records.forget(limit);
      return result;
    };
  return {
    claim: bounded(records.claim),
    find: async (key) => records.find(key),
    update: bounded(records.update),
    list: async (options) => records.list(options),
  };
}
