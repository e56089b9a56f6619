import { messageOf } from "@klingkit/spec/web";
import { DelayedError, type Job } from "bullmq";
import type { RowState } from "../engine.js";
import { unpackRow } from "../packed-row.js";
import type { BatchRow } from "../row.js";
import { isRedisTrouble } from "./connect.js";
import type { CheckJob, RowJob } from "./jobs.js";
import { holderOf } from "./ledger.js";
import { releaseSlots } from "./slots.js";
import type { WorkerContext } from "./worker-options.js";

/** Unforeseen failures after which a row is given up. */
const mostFailures = 20;

/** How a row ends. */
export interface RowEnd {
  readonly state: RowState;
  readonly files?: readonly string[];
  /** Dollars that its task cost. Default 0. */
  readonly usd?: number;
  readonly error?: { readonly code: string; readonly message: string };
  /** The try that goes on with it; absent where the same row would fail again. */
  readonly nextAttempt?: number | undefined;
}

/** Gives back the row's slots, even if no process follows its task any longer, and keeps its result. */
export async function endRow({ fleet }: WorkerContext, data: RowJob | CheckJob, end: RowEnd): Promise<void> {
  const { nextAttempt, state, files = [], usd = 0, error } = end;
  const { row, attempt } = data;
  const external_task_id = fleet.ownIdOf(data);
  await releaseSlots(fleet, holderOf(row, external_task_id));
  const result = {
    digest: row.digest,
    state,
    attempt,
    external_task_id,
    ...("task_id" in data ? { task_id: data.task_id } : {}),
    files,
    usd,
    ...(error ? { error } : {}),
    ...(nextAttempt === undefined ? {} : { nextAttempt }),
  };
  await fleet.results.keep(row.id, result, nextAttempt === undefined ? undefined : { row, attempt: nextAttempt });
}

/** Puts the job back into its queue. @param ms how long it stays there at least, in milliseconds */
export async function later(job: Job, token: string | undefined, ms: number): Promise<never> {
  await job.moveToDelayed(Date.now() + ms, token);
  throw new DelayedError();
}

/** How long a worker that retires leaves its job to others, in milliseconds. */
const retirePauseMs = 100;

/** Leaves the job to newer workers, and takes no more: a newer version works with the fleet. */
export function retire(context: WorkerContext, job: Job, token: string | undefined): Promise<never> {
  context.retire();
  return later(job, token, retirePauseMs);
}

/**
 * Does the work of a job. What it throws sends the job back into the queue for a second: Redis may be lost or full. Anything
 * else unforeseen ends the row after a number of tries.
 */
export async function withJob<Data extends RowJob>(
  context: WorkerContext,
  job: Job<Data>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isExpected = error instanceof DelayedError || isRedisTrouble(error);
    if (isExpected || context.signal.aborted || job.attemptsMade < mostFailures) throw error;
    const { attempt } = job.data;
    const message = messageOf(error);
    await endRow(context, job.data, { state: "failed", error: { code: "unexpected", message }, nextAttempt: attempt });
  }
}

export function rowOf({ options }: WorkerContext, { row }: RowJob): BatchRow {
  return unpackRow(row, options.pictures ?? process.cwd());
}
