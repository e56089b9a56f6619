import { messageOf } from "@klingkit/spec/web";
import {
  AbortedError,
  ConnectionError,
  KlingkitError,
  type PartialHandle,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
  type UnknownOutcomeReason,
} from "../errors/index.js";

/**
 * The outcome of a paid request. Every part of the client that has to know whether a task may exist reads this value,
 * and no other.
 */
export type Outcome<Result = unknown> =
  /** The request was carried out; for a family there is a task. */
  | { readonly kind: "made"; readonly handle: PartialHandle; readonly result: Result }
  /** The request was certainly not carried out. `mayRepeat`: the same request may succeed later. */
  | { readonly kind: "refused"; readonly error: KlingkitError; readonly mayRepeat: boolean }
  /** The request may have been carried out, and charged. The caller gets `error` unless the task is found. */
  | {
      readonly kind: "unknown";
      readonly reason: UnknownOutcomeReason | "aborted";
      readonly handle: PartialHandle;
      readonly error: KlingkitError;
    };

/** The outcome where a task may exist. */
export type Unknown = Extract<Outcome, { readonly kind: "unknown" }>;

/** What is known about an attempt, besides its error. */
export interface Try {
  /** The task that was to be made. */
  readonly handle: PartialHandle;
  /** Whether a request may have been sent: this one, or an earlier one that was never settled. */
  readonly isSent: boolean;
  /** Whether the task store has a record of it, which `settle` needs. Default true. */
  readonly isRecorded?: boolean;
}

/** The outcome of an attempt that ended with an error. */
export function outcomeOf(thrown: unknown, { handle: intended, isSent, isRecorded }: Try): Outcome<never> {
  const error = KlingkitError.isInstance(thrown) ? thrown : unexpected(thrown);
  const reason = isSent ? doubtOf(error) : undefined;
  if (reason === undefined) return { kind: "refused", error, mayRepeat: error.retry === "after-delay" };
  const handle = { ...intended, ...error.handle };
  if (reason === "aborted") return { kind: "unknown", reason, handle, error: error.withHandle(handle) };
  const remedy = howToFindOut(handle, isRecorded);
  return { kind: "unknown", reason, handle, error: unknownError(error, { reason, handle, remedy }) };
}

/** Why the error leaves it open whether a task was made; undefined if it is certain that no task was made. */
function doubtOf(error: KlingkitError): UnknownOutcomeReason | "aborted" | undefined {
  if (error instanceof AbortedError) return "aborted";
  if (error instanceof ConnectionError) return error.neverSent ? undefined : "no-answer";
  // It proves that a task exists, which has to be found.
  if (error.code === "duplicate-external-task-id") return "exists-but-unfindable";
  if (error.retry !== "unknown") return undefined;
  return error instanceof ResponseFormatError ? "unreadable-answer" : "server-error";
}

/** The outcome of a request that was not sent, because another call has the same own id: both get that call's task. */
export function joinedAnother({ family, external_task_id }: PartialHandle): Outcome<never> {
  const error = new KlingkitError(`Another call makes ${family}/${external_task_id}.`, {
    code: "joined-another-call",
    retry: "never",
    remedy: "",
  });
  return { kind: "refused", error, mayRepeat: false };
}

function unknownError(
  cause: KlingkitError,
  known: { readonly reason: UnknownOutcomeReason; readonly handle: PartialHandle; readonly remedy: string },
): KlingkitError {
  const what =
    known.reason === "exists-but-unfindable"
      ? "A task with this external_task_id exists, and its task_id is not known."
      : `The task may have been created and charged: ${cause.message.replace(cause.remedy, "").trim()}`;
  return new SubmitOutcomeUnknownError(what, { ...known, cause });
}

/**
 * What to do after an unknown outcome. It never advises another id, because the task may exist.
 * @param isRecorded whether `settle` finds the request in the task store
 */
export function howToFindOut({ family, task_id, external_task_id }: PartialHandle, isRecorded = true): string {
  const id = task_id ?? external_task_id;
  if (id === undefined)
    return "This call takes no id of your own, so check the provider's console before sending it again.";
  const settle = isRecorded ? ' Then call settle with its task_id, or with "absent".' : "";
  return `Look for ${family}/${id} in the provider's console before you send it again.${settle}`;
}

/** The error for a thrown value that is not an error of klingkit. */
function unexpected(cause: unknown): KlingkitError {
  return new KlingkitError(`An unforeseen fault: ${messageOf(cause)}.`, {
    code: "unforeseen",
    retry: "unknown",
    remedy: "Report it to klingkit.",
    cause,
  });
}
