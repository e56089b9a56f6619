import { AbortedError, type AnyTask, KlingkitError, SubmitOutcomeUnknownError } from "@klingkit/core";
import { callbackUrl } from "@klingkit/core/callbacks";
import { requestFields } from "@klingkit/spec";
import type { Job } from "bullmq";
import { shortError, stopsBatch } from "../errors.js";
import { checkFiles, filesOf } from "../files-unchanged.js";
import { firstCheckMs, nextSubmitMs } from "../pauses.js";
import type { BatchRow } from "../row.js";
import { endRow, later, retire, rowOf } from "./job-ends.js";
import type { CheckJob, RowJob } from "./jobs.js";
import { type Holder, holderOf } from "./ledger.js";
import { anotherSends } from "./redis-task-store.js";
import { releaseSlots, waitForSlots } from "./slots.js";
import type { WorkerContext } from "./worker-options.js";

/** Refusals for a temporary reason after which a row is left for the next run. */
const mostRefusals = 8;

interface RowWork {
  readonly job: Job<RowJob>;
  readonly token: string | undefined;
}

/** Submits a row, once there is a slot and money for it, and puts a check of its task into the queue. */
export async function submitRow(context: WorkerContext, work: RowWork): Promise<void> {
  const { fleet, client, signal } = context;
  const { job, token } = work;
  const { attempt } = job.data;
  const { settings, stopped, isOutdated } = await fleet.orders();
  if (isOutdated) return retire(context, job, token);
  const row = rowOf(context, job.data);
  const holder = holderOf(row, fleet.ownIdOf(job.data));
  const { ownId } = holder;
  const isReplaced = await fleet.results.isReplaced(row);
  // Where money was booked, a request may have been sent: its task is found and looked after.
  if ((stopped || isReplaced) && !(await fleet.ledger.isBooked(ownId))) {
    // The edited row has a job of its own.
    if (isReplaced || !stopped) return releaseSlots(fleet, holder);
    const error = { code: "stopped", message: stopped.reason };
    return endRow(context, job.data, { state: "not-started", error, nextAttempt: attempt });
  }
  const { isTaken, inLine } = await fleet.ledger.takeSlots(holder);
  if (!isTaken) return waitForSlots(fleet, work, { holder, inLine });
  // Only now: a row may come here many times before it has slots, and its pictures would be read each time.
  const unfit = await filesProblem(context, row, ownId);
  if (unfit) return endRow(context, job.data, { state: "failed", error: unfit, nextAttempt: attempt });
  const tooMuch = await bookMoney(context, row, { ownId, budget: settings.budget });
  if (tooMuch) return endRow(context, job.data, { state: "not-started", error: tooMuch, nextAttempt: attempt });
  try {
    const body = { ...row.body, external_task_id: ownId, ...(await callbackOf(context, row, ownId)) };
    await isMade(context, work, await client.family(row.family).submit(body as never, { signal }));
  } catch (error) {
    await notSubmitted(context, work, { error, holder });
  }
}

/** Puts a check of the row's task into the queue. */
async function isMade(context: WorkerContext, { job }: RowWork, { task_id, task_status }: AnyTask): Promise<void> {
  const { fleet, client, durations } = context;
  const row = rowOf(context, job.data);
  const ownId = fleet.ownIdOf(job.data);
  context.tell({ type: "row-status", row, status: task_status, attempt: job.data.attempt });
  const data: CheckJob = { ...job.data, ownId, task_id, since: Date.now() };
  const delay = Math.max(firstCheckMs(client, row.family), durations.quietMs(row));
  await fleet.checks.add("check", data, { jobId: ownId, delay });
}

/**
 * Checks the row's files, which may differ or be missing on this machine. A row whose request may have been sent is not
 * checked.
 * @returns why the files can't be sent; with the right ones the row may go on
 */
async function filesProblem({ fleet }: WorkerContext, row: BatchRow, ownId: string) {
  if (filesOf(row).size === 0 || (await fleet.ledger.isBooked(ownId))) return undefined;
  return checkFiles(row).then(
    () => undefined,
    (error: unknown) => {
      if (!KlingkitError.isInstance(error)) throw error;
      return shortError(error);
    },
  );
}

/** @returns why there is no money for the row */
async function bookMoney(
  { fleet }: WorkerContext,
  { usd }: BatchRow,
  { ownId, budget }: { readonly ownId: string; readonly budget: number | undefined },
) {
  if (budget !== undefined && usd === null)
    return {
      code: "price-unknown",
      message: "The price is not on record, and a budget refuses such rows; run them without --budget.",
    };
  if (await fleet.ledger.book(ownId, usd ?? 0, budget)) return undefined;
  return { code: "over-budget", message: "The fleet's budget is spent; run it again with a larger --budget." };
}

async function callbackOf({ fleet, options }: WorkerContext, { family, body }: BatchRow, ownId: string) {
  const takesAddress = requestFields[family]?.some(({ name }) => name === "callback_url");
  if (!options.callbackUrl || !takesAddress || body.callback_url !== undefined) return {};
  const key = await fleet.callbackKey();
  return { callback_url: await callbackUrl(options.callbackUrl, { family, external_task_id: ownId, key }) };
}

/**
 * Looks for the task of a row whose sender may have been killed. Until its time is over nobody sends the row again; meanwhile
 * it comes back now and then, and no worker waits.
 */
async function lookForTask(context: WorkerContext, work: RowWork): Promise<void> {
  const { fleet, client, signal } = context;
  const { row } = work.job.data;
  const external_task_id = fleet.ownIdOf(work.job.data);
  let task: AnyTask;
  try {
    task = await client.family(row.family).get({ external_task_id }, { signal });
  } catch (error) {
    if (KlingkitError.isInstance(error)) return later(work.job, work.token, nextSubmitMs(client, row.family, 0));
    throw error;
  }
  return isMade(context, work, task);
}

/** The end of a submit that brought no task. */
async function notSubmitted(
  context: WorkerContext,
  work: RowWork,
  { error, holder }: { readonly error: unknown; readonly holder: Holder },
): Promise<void> {
  const { job, token } = work;
  const { fleet } = context;
  const { ledger } = fleet;
  if (!KlingkitError.isInstance(error)) throw error;
  // The worker ends, or Redis can't be written to: slots and money stay booked for the worker that goes on with the row.
  if (error instanceof AbortedError) return later(job, token, 0);
  if (error.code === "task-store") return later(job, token, 1_000);
  if (error.code === anotherSends) return lookForTask(context, work);
  const { row, attempt, refusals = 0 } = job.data;
  const short = shortError(error);
  if (error instanceof SubmitOutcomeUnknownError)
    return endRow(context, job.data, { state: "unknown", usd: row.usd ?? 0, error: short, nextAttempt: attempt });
  await ledger.giveBack(holder.ownId);
  if (error.code === "concurrency-limit") {
    await ledger.learnCap(holder);
    return later(job, token, nextSubmitMs(context.client, row.family, 0));
  }
  await releaseSlots(fleet, holder);
  if (stopsBatch(error)) {
    await fleet.stop(error.message);
    return endRow(context, job.data, { state: "not-started", error: short, nextAttempt: attempt });
  }
  const passes = error.retry === "after-delay";
  if (passes && refusals < mostRefusals) {
    await job.updateData({ ...job.data, refusals: refusals + 1 });
    return later(job, token, nextSubmitMs(context.client, row.family, refusals));
  }
  await endRow(context, job.data, { state: "failed", error: short, nextAttempt: passes ? attempt : undefined });
}
