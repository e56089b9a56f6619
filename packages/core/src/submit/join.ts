import type { Family } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { InputError, SubmitOutcomeUnknownError } from "../errors/index.js";
import { abortableSleep } from "../lib/clock.js";
import type { TaskRecord } from "../ports.js";
import { recordFor, rememberTask } from "../task-store/store-access.js";
import { isKnown } from "../task-store/task-records.js";
import { handleOf } from "../tasks/handle.js";
import type { AnyTask } from "../tasks/task.js";
import { find, lookUpOnce, settlingTime, underWayMs } from "./find.js";
import { howToFindOut } from "./outcome.js";

/** First and longest pause between two reads of the store while another call is sending, in milliseconds. */
const [firstPause, longestPause] = [50, 2_000];

interface Joining {
  readonly family: Family;
  /** Digest of the request that joins. */
  readonly digest: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Joins an earlier call with the same own id: both get its task. While the earlier call may still be sending, this one
 * waits. If the store has no outcome then, the client looks for the task, as after a create of this call. It takes the task for
 * absent only after the record's `until`.
 * @returns the task, or undefined if it is certain that no task was made: the intention may be claimed
 * @throws InputError if the same own id was given to another request, or the store fails
 * @throws SubmitOutcomeUnknownError when it can't be known whether there is a task
 */
export async function join(
  context: ClientContext,
  earlier: TaskRecord,
  { family, digest, signal }: Joining,
): Promise<AnyTask | undefined> {
  if (earlier.state === "refused") return undefined;
  if (digest !== undefined && earlier.digest !== undefined && digest !== earlier.digest) throw otherRequest(earlier);
  const record = await whenSent(context, earlier, { family, signal });
  if ("task_status" in record) return record;
  if (record.state === "refused") return undefined;
  const handle = handleOf(family.name, record);
  const exists = isKnown(record);
  // For a sender it has waited already.
  const underWay = record.state === "sending" ? 0 : underWayMs(context, family, record);
  const settleMs = settlingTime(context) + underWay;
  const found = await find(context, { family, handle, signal, exists, settleMs });
  if (found.task) {
    await rememberTask(context, family, found.task);
    return found.task;
  }
  if (found.isAbsent) {
    // If the store fails, nothing is sent.
    await context.taskStore.update({ ...record, state: "refused", updatedAt: context.clock.now() });
    return undefined;
  }
  // The task exists: the caller gets the reason why it can't be shown.
  if (exists && found.error) throw found.error.withHandle(handle);
  throw new SubmitOutcomeUnknownError("The same task was submitted before, and its outcome is unknown.", {
    remedy: howToFindOut(handle),
    handle,
    reason: "no-answer",
    cause: found.error,
  });
}

/**
 * Waits until the earlier call can't be sending any more, and returns its record; or the task, if it is found before.
 */
async function whenSent(
  context: ClientContext,
  earlier: TaskRecord,
  { family, signal }: Pick<Joining, "family" | "signal">,
): Promise<TaskRecord | AnyTask> {
  const { clock } = context;
  // A record from the future was written before the clock was set back. What was slept counts also where the clock stands still.
  let time = Math.max(clock.now(), earlier.updatedAt);
  let record = earlier;
  for (let pause = firstPause; record.state === "sending"; pause = Math.min(longestPause, 2 * pause)) {
    const left = record.until - time;
    if (left <= 0) return record;
    const handle = handleOf(family.name, record);
    await abortableSleep(clock, Math.min(pause, left), signal, handle);
    time = Math.max(clock.now(), time + pause);
    record = (await recordFor(context, record)) ?? record;
    // A sender that has crashed never says what came of its request, and its task may exist: look for it now and then.
    if (record.state !== "sending" || pause < longestPause) continue;
    const seen = await lookUpOnce(context, { family, handle, signal });
    if (seen === "cannot look" || !seen.task) continue;
    await rememberTask(context, family, seen.task);
    return seen.task;
  }
  return record;
}

function otherRequest({ family, external_task_id, task_id }: TaskRecord): InputError {
  return new InputError(
    `The external_task_id ${external_task_id} belongs to another request${task_id ? `, ${family}/${task_id}` : ""}: the body differs.`,
    "Give each request an id of its own; to get the earlier task, give the earlier body.",
    "external-task-id-reused",
  );
}
