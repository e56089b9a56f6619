import type { Plan } from "./lifecycle.js";

/** A task as the simulator keeps it. */
export interface TaskRecord {
  readonly id: string;
  /** Name of the operation: the family, or the call that answered at once. */
  readonly operation: string;
  readonly account: string;
  readonly externalTaskId: string | undefined;
  /** Replaced when the task is moved by hand or by reads. */
  plan: Plan;
  /** How often it was queried before its end; counted only if queries move tasks on. */
  reads: number;
  /** The status last told to a listener, if one listened. */
  seen?: string;
  /** The fault that damaged the answer to its submit. */
  readonly fault?: string | undefined;
  /** Until this time no query finds the task, in Unix milliseconds. */
  readonly hiddenUntil?: number | undefined;
  /** Length of the result where the video that it goes on from decides it. */
  readonly seconds?: number | undefined;
  readonly request: Readonly<Record<string, unknown>>;
  /** Hash of the submitted picture, when it came as base64. */
  readonly picture: string | undefined;
  /** Units that it costs when it is charged; null where no price is on record. */
  readonly units: number | null;
  /** The same in dollars, by Kling's list. */
  readonly usd: number | null;
}
