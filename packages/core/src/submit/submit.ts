import type { Family } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { pauseBeforeRetry } from "../http/retry.js";
import { throwIfAborted } from "../lib/clock.js";
import type { CallOptions } from "../options.js";
import type { TaskRecord } from "../ports.js";
import { type AnyTask, reportStatus } from "../tasks/task.js";
import { type Creation, createOf } from "./creation.js";
import { admit, type Places } from "./guards.js";
import { join } from "./join.js";
import { joinedAnother, type Outcome, outcomeOf } from "./outcome.js";

/**
 * Creates a task, at most once. The request has an own id (`external_task_id`) that is chosen and recorded before the
 * first byte is sent. It is sent again only when it is certain that no task was made. After an ambiguous failure, the
 * client first looks for the task.
 * @throws SubmitOutcomeUnknownError when it can't be known whether a task was made
 * @throws RefusedError, InputError, ConnectionError, AbortedError when it is certain that no task was made
 */
export async function submit(
  context: ClientContext,
  family: Family,
  body: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<AnyTask> {
  throwIfAborted(options.signal);
  const creation = await createOf(context, family, body, options);
  const { intention, signal } = creation;
  // A call that joins another one pays for nothing, so no guard is asked.
  let earlier = intention?.isShared ? await intention.find() : undefined;
  let attempt = 1;
  for (;;) {
    const joined = earlier && (await join(context, earlier, { family, digest: intention?.digest, signal }));
    const end = joined ? { result: joined } : await carryOut(context, creation, attempt);
    if (end.earlier === undefined) {
      reportStatus(context, end.result);
      return end.result;
    }
    ({ earlier, attempt } = end);
  }
}

/** Another call has claimed the intention: its record, and the number of the attempt that was not made because of it. */
interface Preceded {
  readonly earlier: TaskRecord;
  readonly attempt: number;
}

/** How a paid request ended: with its result, or because another call has the same own id. */
type End<Result> = { readonly result: Result; readonly earlier?: undefined } | Preceded;

/**
 * Makes a paid request: asks the guards, waits for their permission, claims the intention, and sends the request. The
 * task store and the guards are told the outcome in every case.
 * @param firstAttempt number of its first attempt; the earlier ones were refused
 * @throws KlingkitError: the error of the outcome
 */
export async function carryOut<Result>(
  context: ClientContext,
  creation: Creation<Result> & { readonly intention?: undefined },
): Promise<{ readonly result: Result }>;
export async function carryOut<Result>(
  context: ClientContext,
  creation: Creation<Result>,
  firstAttempt: number,
): Promise<End<Result>>;
export async function carryOut<Result>(
  context: ClientContext,
  creation: Creation<Result>,
  firstAttempt = 1,
): Promise<End<Result>> {
  const { intention } = creation;
  const places = context.guards.length === 0 ? undefined : await admit(context, creation);
  const { outcome, preceded, isClaimed } = await sendUntilCertain(context, creation, { places, firstAttempt });
  if (isClaimed) await intention?.recordOutcome(outcome);
  await places?.settle(outcome);
  if (preceded) return preceded;
  if (outcome.kind === "made") return { result: outcome.result };
  throw outcome.error;
}

/** The result of sending. */
interface Sent<Result> {
  readonly outcome: Outcome<Result>;
  readonly preceded?: Preceded;
  /** Whether the record in the store is this request's. */
  readonly isClaimed: boolean;
}

/**
 * The only loop that sends a paid request; `Http` repeats a request once, after an expired token. It waits for the guards,
 * claims the intention, sends the request, and finds out the outcome. It sends again only when it is certain that no task was
 * made.
 *
 * A request that waits, for its guards or before a repeat, does not hold the claim: after a crash its record must not say that
 * it was sent. Each attempt claims the intention again, so of two calls only one sends. An attempt whose outcome was unknown at
 * first keeps the claim while it waits, because its request may still arrive.
 */
async function sendUntilCertain<Result>(
  context: ClientContext,
  creation: Creation<Result>,
  { places, firstAttempt }: { readonly places: Places | undefined; readonly firstAttempt: number },
): Promise<Sent<Result>> {
  const { attempts, handle, intention, signal, resolve } = creation;
  let isClaimed = false;
  const release = async () => {
    await intention?.release();
    isClaimed = false;
  };
  /**
   * The last attempt whose outcome was unknown at first. Its request may still arrive, whatever the outcome of a later
   * attempt.
   */
  let doubt: Outcome<Result> | undefined;
  try {
    for (let attempt = firstAttempt; ; attempt += 1) {
      await places?.ready();
      if (isClaimed) await release();
      const earlier = await intention?.claim();
      if (earlier) return { outcome: doubt ?? joinedAnother(handle), preceded: { earlier, attempt }, isClaimed };
      isClaimed = true;
      const mayRepeat = async () => attempt < attempts && ++attempt > 0;
      const tried = await sendOnce(context, creation, { attempt, mayRepeat, isSent: doubt !== undefined });
      if (tried.kind === "unknown") doubt = tried;
      const outcome = tried.kind === "unknown" && resolve ? await resolve(tried) : tried;
      if (outcome.kind !== "refused") return { outcome, isClaimed };
      if (doubt) outcome.error.withHandle(handle);
      if (!outcome.mayRepeat || attempt >= attempts) return { outcome, isClaimed };
      if (!doubt) await release();
      places?.refused(outcome.error);
      await pauseBeforeRetry(context, signal, { attempt, error: outcome.error });
    }
  } catch (error) {
    return { outcome: outcomeOf(error, { handle, isSent: doubt !== undefined }), isClaimed };
  }
}

/** One POST. Never rejects. */
async function sendOnce<Result>(
  context: ClientContext,
  { operation, handle, signal, intention, send }: Creation<Result>,
  {
    isSent: wasSent,
    ...how
  }: { readonly attempt: number; readonly mayRepeat: () => Promise<boolean>; readonly isSent: boolean },
): Promise<Outcome<Result>> {
  let isSent = wasSent;
  const onSend = () => {
    intention?.markSent();
    isSent = true;
  };
  const { path } = operation;
  const timeoutMs = context.submitTimeoutMs;
  try {
    return { kind: "made", ...(await send({ method: "POST", path, timeoutMs, signal, onSend, ...how })) };
  } catch (error) {
    return outcomeOf(error, { handle, isSent, isRecorded: intention !== undefined });
  }
}
