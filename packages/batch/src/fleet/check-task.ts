import { AbortedError, type AnyTask, KlingkitError, TaskFailedError, WaitTimeoutError } from "@klingkit/core";
import type { Job } from "bullmq";
import { shortError } from "../errors.js";
import { nextCheckMs } from "../pauses.js";
import { saveResults } from "../results.js";
import type { BatchRow } from "../row.js";
import { storeResults } from "../store-result.js";
import { endRow, later, retire, rowOf } from "./job-ends.js";
import type { CheckJob } from "./jobs.js";
import { holderOf } from "./ledger.js";
import { releaseSlots } from "./slots.js";
import type { WorkerContext } from "./worker-options.js";

/** How often a task can't be asked for, or its result not be kept, before the row is left for the next run. */
const mostMisses = 50;
interface CheckWork {
  readonly job: Job<CheckJob>;
  readonly token: string | undefined;
}

/** Asks once for a task. One that has not ended goes back into the queue, and whichever worker is free asks again. */
export async function checkTask(context: WorkerContext, { job, token }: CheckWork): Promise<void> {
  const { fleet, client, signal } = context;
  if ((await fleet.orders()).isOutdated) return retire(context, job, token);
  const row = rowOf(context, job.data);
  const { ownId, task_id } = job.data;
  const askedAt = Date.now();
  let task: AnyTask;
  try {
    task = await client.resume({ family: row.family, task_id, external_task_id: ownId }, { timeoutMs: 0, signal });
  } catch (error) {
    return notSucceeded(context, { job, token }, { row, error, askedAt });
  }
  noteDuration(context, job.data, row);
  await releaseSlots(fleet, holderOf(row, ownId));
  await keepResult(context, { job, token }, { row, task });
}

async function notSucceeded(
  context: WorkerContext,
  { job, token }: CheckWork,
  { row, error, askedAt }: { readonly row: BatchRow; readonly error: unknown; readonly askedAt: number },
): Promise<void> {
  if (error instanceof TaskFailedError) {
    noteDuration(context, job.data, row);
    return failed(context, job.data, { row, error });
  }
  if (error instanceof AbortedError) return later(job, token, 0);
  if (!KlingkitError.isInstance(error)) throw error;
  const { attempt, since } = job.data;
  if (error instanceof WaitTimeoutError) {
    const { taskTimeoutMs = 30 * 60_000 } = context.options;
    if (error.lastStatus) {
      context.tell({ type: "row-status", row, status: error.lastStatus, attempt });
      await job.updateData({ ...job.data, runningAt: askedAt });
    }
    if (Date.now() - since < taskTimeoutMs) return later(job, token, pauseMs(context, job));
    return endRow(context, job.data, {
      state: "open",
      usd: row.usd ?? 0,
      error: shortError(error),
      nextAttempt: attempt,
    });
  }
  return missed(context, { job, token }, { state: "unknown", usd: row.usd ?? 0, error: shortError(error) });
}

async function keepResult(
  context: WorkerContext,
  work: CheckWork,
  { row, task }: { readonly row: BatchRow; readonly task: AnyTask },
): Promise<void> {
  const { client, fleet, signal, options } = context;
  const { storeResult, out = "." } = options;
  // The video of the request that has taken its place must stay where it is.
  if (await fleet.results.isReplaced(row)) return;
  const usd = row.usd ?? 0;
  let files: readonly string[];
  try {
    files = storeResult
      ? await storeResults(client, task, { row, storeResult, signal })
      : await saveResults(client, task, { row, out, replace: await fleet.results.hasFiles(row), signal });
  } catch (error) {
    if (signal.aborted) return later(work.job, work.token, 0);
    const isKnown = KlingkitError.isInstance(error);
    const short = isKnown ? shortError(error) : { code: "result-not-kept", message: String(error) };
    const end = { state: "failed", usd, error: short } as const;
    if (isKnown && error.retry === "after-fix")
      return endRow(context, work.job.data, { ...end, nextAttempt: work.job.data.attempt });
    return missed(context, work, end);
  }
  await endRow(context, work.job.data, { state: "done", files, usd });
}

/** Tries again after a pause, for a number of times. */
async function missed(
  context: WorkerContext,
  { job, token }: CheckWork,
  end: Parameters<typeof endRow>[2],
): Promise<void> {
  const { misses = 0, attempt } = job.data;
  if (misses >= mostMisses) return endRow(context, job.data, { ...end, nextAttempt: attempt });
  await job.updateData({ ...job.data, misses: misses + 1 });
  return later(job, token, pauseMs(context, job));
}

async function failed(
  context: WorkerContext,
  data: CheckJob,
  { row, error }: { readonly row: BatchRow; readonly error: KlingkitError },
): Promise<void> {
  const { fleet } = context;
  const { attempt, ownId } = data;
  const { attempts = 3 } = (await fleet.orders()).settings;
  await fleet.ledger.giveBack(ownId);
  await releaseSlots(fleet, holderOf(row, ownId));
  const nextAttempt = error.retry === "after-delay" ? attempt + 1 : undefined;
  if (nextAttempt === undefined || attempt >= attempts)
    return endRow(context, data, { state: "failed", error: shortError(error), nextAttempt });
  context.tell({ type: "row-retried", row, attempt, error });
  await fleet.add([{ row: data.row, attempt: nextAttempt }]);
}

/** Learns from the end of a task how long the next ones take. */
function noteDuration({ durations }: WorkerContext, { runningAt, since }: CheckJob, row: BatchRow): void {
  durations.ended(row, runningAt === undefined ? undefined : runningAt - since, Date.now() - since);
}

function pauseMs({ client, options }: WorkerContext, job: Job<CheckJob>): number {
  const hasCallbacks = options.callbackUrl !== undefined;
  return nextCheckMs(client, job.data.row.family, { checks: job.attemptsStarted ?? 1, hasCallbacks });
}
