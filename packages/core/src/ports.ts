import type { Dialect } from "@klingkit/spec";

/** The server and account that a task belongs to. The same own id in another scope is another task. */
export interface TaskScope {
  readonly dialect: Dialect;
  /** Origin of the server, such as `https://api.cometapi.com`. Empty in what version 1 of the file store wrote. */
  readonly origin: string;
  /** The client's option `account`; empty where none was given. Never a key: keys are changed, accounts stay. */
  readonly account: string;
}

/** What tells one intention to create a task from all others. */
export interface TaskKey extends TaskScope {
  readonly family: string;
  readonly external_task_id: string;
}

/**
 * `sending`: the request may be out; `unknown`: nobody can tell whether the task exists; `refused`: certainly no task,
 * may be claimed again; `accepted`: the task exists; `ended`: the task has succeeded or failed.
 */
export type TaskState = "sending" | "unknown" | "refused" | "accepted" | "ended";

/** What is known of one intention to create a task. All times are Unix milliseconds. */
export interface TaskRecord extends TaskKey {
  /** Once the provider has told it. */
  readonly task_id?: string;
  readonly state: TaskState;
  /** SHA-256 of the request, where the own id is the caller's: one own id belongs to one request. */
  readonly digest?: string;
  /** When the intention was taken. A later claim has a later time. */
  readonly claimedAt: number;
  /** When a request was last sent. */
  readonly sentAt?: number;
  /** Until then its sender may still be sending; nobody else declares the task absent before. */
  readonly until: number;
  readonly updatedAt: number;
  /** The caller's own JSON, at most 4 kB. */
  readonly note?: unknown;
}

/**
 * Remembers intentions before the first byte leaves, so that neither a crash nor a second caller with the same
 * `external_task_id` pays twice. `taskStoreSuite` of `@klingkit/core/testing` shows whether a store keeps these promises.
 */
export interface TaskStore {
  /**
   * Takes the intention, atomically: of several callers one gets undefined and may send; the others get the record that
   * was there. A record in state `refused` is replaced. Resolves when the record would survive a crash.
   */
  claim(record: TaskRecord): Promise<TaskRecord | undefined>;
  /** The record of one intention. */
  find(key: TaskKey): Promise<TaskRecord | undefined>;
  /**
   * Keeps what became of an intention: `mergeRecord` of the record that was there and this one, atomically; this one
   * where none was there.
   */
  update(record: TaskRecord): Promise<void>;
  /** All records, or with `open` those that are neither ended nor refused, in any order. */
  list(options?: { readonly open?: boolean | undefined }): Promise<readonly TaskRecord[]>;
}
