import type { FamilyTask } from "../tasks/family-task.js";
import { type ErrorDetails, KlingkitError, type PartialHandle } from "./klingkit-error.js";

export type { ErrorCode, KnownErrorCode, OwnErrorCode } from "./codes.js";
export { type ErrorDetails, KlingkitError, type PartialHandle } from "./klingkit-error.js";

/** The provider or the gateway refused the request: no task was made, or the query was not answered. */
export class RefusedError extends KlingkitError {
  override readonly name = "RefusedError";
}

/** The task was accepted and ended as `failed`. */
export class TaskFailedError extends KlingkitError<{ readonly task: FamilyTask }> {
  override readonly name = "TaskFailedError";
  /** The task as the provider described it; `family` tells its type. */
  declare readonly task: FamilyTask;
}

/**
 * The deadline passed before the task ended. The task goes on: call `resume` or `wait` with `handle`. `retry` is
 * `never`, because calling `generate` again would pay for a second task.
 */
export class WaitTimeoutError extends KlingkitError<{ readonly lastStatus: string | undefined }> {
  override readonly name = "WaitTimeoutError";
  /** The last status that was seen; it may be a word that klingkit does not know. */
  declare readonly lastStatus: string | undefined;
}

/**
 * Why it can't be known whether a create made a task. `no-answer`: the connection broke, or no answer came in time. `server-error`:
 * the server answered with an error that may come after a task was made. `unreadable-answer`: the answer is no JSON of the
 * provider, holds no task, or is about another one. `exists-but-unfindable`: the server says that the `external_task_id` is
 * taken, and does not find its task. (After `kling.http.POST` the client does not look for it.)
 */
export type UnknownOutcomeReason = "no-answer" | "server-error" | "unreadable-answer" | "exists-but-unfindable";

/**
 * A create may have made a task, which may be charged. `handle` names the task: look for it, and do not send the create
 * again.
 */
export class SubmitOutcomeUnknownError extends KlingkitError {
  override readonly name = "SubmitOutcomeUnknownError";
  /** Why the outcome is unknown. */
  declare readonly reason: UnknownOutcomeReason;

  /** @param details the answer's evidence is taken from the cause */
  constructor(what: string, details: Omit<ErrorDetails, "code" | "retry"> & { readonly reason: UnknownOutcomeReason }) {
    const { status, providerCode, requestId } = (details.cause ?? {}) as Partial<KlingkitError>;
    super(what, { status, providerCode, requestId, ...details, code: "submit-outcome-unknown", retry: "unknown" });
  }
}

/** No answer: the connection was refused or cut, or the request timed out. */
export class ConnectionError extends KlingkitError<{ readonly neverSent: boolean }> {
  override readonly name = "ConnectionError";
  /** True when it is certain that the server never saw the request. */
  declare readonly neverSent: boolean;
}

/** An answer that can't be understood: HTML, empty, cut off, or of the wrong type. */
export class ResponseFormatError extends KlingkitError {
  override readonly name = "ResponseFormatError";
}

/**
 * A mistake in the caller's input, found before anything was sent. From a download it says that the file can't be
 * written or the address may not be fetched: the task was made, so do not submit it again.
 */
export class InputError extends KlingkitError {
  override readonly name = "InputError";

  constructor(what: string, remedy: string, code = "invalid-input") {
    super(what, { code, retry: "after-fix", remedy });
  }
}

/**
 * The caller's signal was aborted; `cause` is the signal's reason. `handle` names the task that goes on, or that may
 * have been made.
 */
export class AbortedError extends KlingkitError {
  override readonly name = "AbortedError";

  constructor(cause: unknown, handle?: PartialHandle) {
    super("Aborted by the caller.", {
      code: "aborted",
      retry: handle ? "unknown" : "after-fix",
      remedy: abortRemedy(handle),
      handle,
      cause,
    });
  }

  /** Returns a new error with the handle, because what to do after an abort depends on the task. */
  override withHandle(handle: PartialHandle): AbortedError {
    // By way of `constructor`: bundlers rename a class that names itself, and stacks would show `_AbortedError`.
    return this.handle ? this : Reflect.construct(this.constructor, [this.cause, handle]);
  }
}

function abortRemedy(handle: PartialHandle | undefined): string {
  if (handle?.task_id) return `The task goes on; wait again for ${handle.family}/${handle.task_id}.`;
  if (handle?.external_task_id)
    return `A task may have been created; look for ${handle.family}/${handle.external_task_id}.`;
  return handle
    ? "It may have been carried out and charged; check the provider's console before sending it again."
    : "";
}
