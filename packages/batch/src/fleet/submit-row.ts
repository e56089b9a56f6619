import { AbortedError, type FamilyName, KlingkitError, SubmitOutcomeUnknownError } from "@klingkit/core";
import { callbackUrl } from "@klingkit/core/callbacks";
import { requestFields } from "@klingkit/spec";
import { type Job, Worker } from "bullmq";
import { shortError, stopsBatch } from "../errors.js";
import type { BatchRow } from "../row.js";
import { endRow, later, rowOf } from "./job-ends.js";
import type { CheckJob, RowJob } from "./jobs.js";
import { type Holder, holderOf } from "./ledger.js";
import { firstCheckMs, nextSubmitMs } from "./pauses.js";
import type { WorkerContext } from "./worker-options.js";

/** Without a free slot no worker takes a row for this long, in milliseconds. */
const slotPauseMs = 100;
/** Refusals for a passing reason after which a row is left for the next run. */
const mostRefusals = 8;
/** The provider's code for too many tasks at a time. */
const overCap = 1303;

interface RowWork {
  readonly job: Job<RowJob>;
  readonly token: string | undefined;
  readonly worker: Worker<RowJob>;
}

/** Submits a row, once there is a slot and money for it, and puts a check of its task into the queue. */
export async function submitRow(context: WorkerContext, work: RowWork): Promise<void> {
  const { fleet, client, signal, options } = context;
  const { job, token, worker } = work;
  const { attempt } = job.data;
  const { settings, stopped, isOutdated } = await fleet.orders();
  if (isOutdated) {
    context.retire();
    return later(job, token, slotPauseMs);
  }
  const row = rowOf(context, job.data);
  const holder = holderOf(row, fleet.ownIdOf(job.data));
  const { ownId } = holder;
  // Where money was booked, a request may have been sent: its task is found and looked after.
  if (stopped && !(await fleet.ledger.isBooked(ownId))) {
    const error = { code: "stopped", message: stopped.reason };
    return endRow(context, job.data, { state: "not-started", error, nextAttempt: attempt });
  }
  if (!(await fleet.ledger.takeSlots(holder, settings.cap))) {
    await worker.rateLimit(slotPauseMs);
    throw Worker.RateLimitError();
  }
  const tooMuch = await bookMoney(context, row, { ownId, budget: settings.budget });
  if (tooMuch) {
    await fleet.ledger.freeSlots(holder);
    return endRow(context, job.data, { state: "not-started", error: tooMuch, nextAttempt: attempt });
  }
  try {
    const body = { ...row.body, external_task_id: ownId, ...(await callbackOf(context, row, ownId)) };
    const { task_id, task_status } = await client.family(row.family as FamilyName).submit(body as never, { signal });
    options.onEvent?.({ type: "row-status", row, status: task_status, attempt });
    const data: CheckJob = { ...job.data, ownId, task_id, since: Date.now() };
    await fleet.checks.add("check", data, { jobId: ownId, delay: firstCheckMs(client, row.family) });
  } catch (error) {
    await notSubmitted(context, work, { error, holder });
  }
}

/** @returns why there is no money for the row */
async function bookMoney(
  { fleet }: WorkerContext,
  { usd }: BatchRow,
  { ownId, budget }: { readonly ownId: string; readonly budget: number | undefined },
) {
  if (budget !== undefined && usd === null)
    return { code: "price-unknown", message: "The price is not on record, so that a budget can't count it." };
  if (await fleet.ledger.book(ownId, usd ?? 0, budget)) return undefined;
  return { code: "over-budget", message: "The fleet's budget is spent." };
}

async function callbackOf({ fleet, options }: WorkerContext, { family, body }: BatchRow, ownId: string) {
  const takesAddress = requestFields[family]?.some(({ name }) => name === "callback_url");
  if (!options.callbackUrl || !takesAddress || body.callback_url !== undefined) return {};
  const key = await fleet.callbackKey();
  return { callback_url: await callbackUrl(options.callbackUrl, { family, external_task_id: ownId, key }) };
}

/** The end of a submit that brought no task. */
async function notSubmitted(
  context: WorkerContext,
  { job, token }: RowWork,
  { error, holder }: { readonly error: unknown; readonly holder: Holder },
): Promise<void> {
  const { fleet } = context;
  const { ledger } = fleet;
  if (!KlingkitError.isInstance(error)) throw error;
  // The worker ends, or Redis can't be written to: slots and money stay booked for the worker that goes on with the row.
  if (error instanceof AbortedError) return later(job, token, 0);
  if (error.code === "task-store") return later(job, token, 1_000);
  const { row, attempt, refusals = 0 } = job.data;
  const short = shortError(error);
  if (error instanceof SubmitOutcomeUnknownError) {
    await ledger.freeSlots(holder);
    return endRow(context, job.data, { state: "unknown", error: short, nextAttempt: attempt });
  }
  await ledger.giveBack(holder.ownId);
  if (error.providerCode === overCap) {
    await ledger.learnCap(holder);
    return later(job, token, nextSubmitMs(context.client, row.family, 0));
  }
  await ledger.freeSlots(holder);
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
