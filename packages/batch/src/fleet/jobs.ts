import type { BatchRow } from "../row.js";

/** A job of the queue of rows: a task to be made. */
export interface RowJob {
  /** Files are there as their paths in the manifest. */
  readonly row: BatchRow;
  /** Which of the row's tasks this is; 1 for the first. */
  readonly attempt: number;
  /** How often its submit was refused for a temporary reason. */
  readonly refusals?: number;
}

/** A job of the queue of checks: a task to be asked for. */
export interface CheckJob extends RowJob {
  readonly ownId: string;
  readonly task_id: string;
  /** When the task was made, in Unix milliseconds. */
  readonly since: number;
  /** When it was last seen running, in Unix milliseconds. */
  readonly runningAt?: number;
  /** How often it could not be asked for, or its result not be kept. */
  readonly misses?: number;
}

/**
 * Jobs go when they are done: what is known of a row is its result and its task's record. A job that fails unforeseen, as
 * with a full Redis, comes back after a second.
 */
export const jobOptions = {
  removeOnComplete: true,
  removeOnFail: true,
  attempts: 1_000_000,
  backoff: { type: "fixed", delay: 1_000 },
} as const;
