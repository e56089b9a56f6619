import type { Family } from "@klingkit/spec";
import { abortableSleep } from "../abort.js";
import { KlingkitError, type PartialHandle, WaitTimeoutError } from "../errors/index.js";
import { textOf } from "../json.js";
import type { CallOptions } from "../options.js";
import { checkNumbers } from "../settings.js";
import { endError } from "../task/end-error.js";
import { handleOf, type TaskReference, taskIdOf } from "../task/handle.js";
import { isEnd } from "../task/status.js";
import type { OperationContext } from "./context.js";
import type { CallbackSource, Pauses } from "./pauses.js";
import { getOnce } from "./query.js";
import { rememberTask } from "./remember.js";
import { type AnyTask, asHandle, reportStatus } from "./task.js";

export interface WaitOptions<Reported = AnyTask> extends CallOptions {
  /** Longest wait in milliseconds, by the wall clock. Default: the client's `waitTimeoutMs`, 30 minutes. */
  readonly timeoutMs?: number;
  /** When to ask first, in milliseconds. Default: the family's, 10 s for videos; 250 ms against a mock. */
  readonly firstPollMs?: number;
  /** Longest pause between polls, in milliseconds; they start shorter and grow. Default: the family's. */
  readonly pollMs?: number;
  /** Ends pauses early when a callback reports the task; polling goes on beside it, because callbacks get lost. */
  readonly callbacks?: CallbackSource;
  /** Called with each change of status, also one nobody knows. */
  readonly onStatus?: (task: Reported) => void;
}

/** No pause between polls is shorter, whatever was asked for. */
const shortestPause = 50;
/** A poll may outlast the deadline by this much, in milliseconds, so that the last one has a chance. */
const lastPollGrace = 1_000;

/**
 * Waits until the task has ended. Transient faults are missed polls; an unknown status is reported and waited on.
 * @returns the task, succeeded
 * @throws TaskFailedError when it failed, was cancelled or has expired; ResponseFormatError when it has no result
 * @throws WaitTimeoutError at the deadline, with the handle: the task goes on
 * @throws AbortedError as soon as the signal is aborted
 */
export async function wait(
  context: OperationContext,
  family: Family,
  reference: TaskReference,
  options: WaitOptions,
): Promise<AnyTask> {
  const { callbacks, signal } = options;
  checkWaitOptions(options);
  taskIdOf(reference);
  const handle = handleOf(family.name, reference);
  const { clock } = context;
  const plain: Pauses = { pause: (ms) => abortableSleep(clock, ms, signal, handle) };
  const pauses = callbacks?.pauses(clock, handle, signal) ?? plain;
  try {
    return await poll(context, family, { reference, handle, options, pauses });
  } finally {
    pauses.end?.();
  }
}

/** @throws InputError for what is no time */
export function checkWaitOptions({ timeoutMs, firstPollMs, pollMs }: WaitOptions<never>): void {
  checkNumbers({ timeoutMs, firstPollMs, pollMs });
}

interface Waiting {
  readonly reference: TaskReference;
  readonly handle: PartialHandle;
  readonly options: WaitOptions;
  readonly pauses: Pauses;
}

/** Asks again and again until the task has ended or the time is up. */
async function poll(
  context: OperationContext,
  family: Family,
  { reference, handle, options, pauses }: Waiting,
): Promise<AnyTask> {
  const { clock } = context;
  const deadline = clock.now() + (options.timeoutMs ?? context.waitTimeoutMs);
  const lengths = pauseLengths(context, family, options);
  let seen: string | undefined = typeof reference === "object" ? statusOf(reference) : undefined;
  let missed: unknown;
  for (;;) {
    await pauses.pause(Math.max(0, Math.min(lengths.next(missed), deadline - clock.now())));
    const left = deadline - clock.now();
    try {
      const task = await getOnce(context, family, reference, {
        ...options,
        timeoutMs: Math.min(context.timeoutMs, Math.max(left, lastPollGrace)),
      });
      missed = undefined;
      if (task.task_status !== seen) {
        seen = task.task_status;
        reportStatus(context, task);
        options.onStatus?.(task);
      }
      if (isEnd(task.task_status)) {
        await rememberTask(context, family, "ended", asHandle(task, family.name, handle.external_task_id));
        const error = endError(task, { ...handle, task_id: task.task_id });
        if (error) throw error;
        return task;
      }
    } catch (error) {
      // An error on the way to a task must not lose the task.
      if (!isMissedPoll(error)) throw KlingkitError.isInstance(error) ? error.withHandle(handle) : error;
      missed = error;
    }
    if (clock.now() >= deadline) throw waitTimeout(handle, seen, missed);
  }
}

/** Pauses between polls: the first as advised, then growing by a fifth up to the longest, with jitter. */
export function pauseLengths(
  context: OperationContext,
  family: Family,
  options: Pick<WaitOptions, "firstPollMs" | "pollMs">,
): { next(missed: unknown): number } {
  const first = options.firstPollMs ?? (context.near ? 250 : family.firstPollMs);
  const [shortest, longest] = context.near ? [250, 250] : family.pollMs;
  const ceiling = options.pollMs ?? longest;
  let length = Math.min(shortest, ceiling);
  let polls = 0;
  return {
    next(missed) {
      polls += 1;
      if (polls === 1) return Math.max(shortestPause, first);
      const asked = KlingkitError.isInstance(missed) ? (missed.retryAfterMs ?? 0) : 0;
      const current = Math.min(ceiling, length * (0.9 + 0.2 * context.random()));
      length = Math.min(ceiling, length * 1.2);
      return Math.max(shortestPause, current, Math.min(asked, context.retry.maxRetryAfterMs));
    },
  };
}

/** A fault that says nothing about the task: asked again at the next poll. */
export function isMissedPoll(error: unknown): boolean {
  return KlingkitError.isInstance(error) && error.retry === "after-delay" && error.name !== "TaskFailedError";
}

function waitTimeout(handle: PartialHandle, seen: string | undefined, missed: unknown): WaitTimeoutError {
  const what = `The task was not finished in time${seen ? ` (last status: ${seen})` : ""}.`;
  const remedy = "It goes on; wait again with its handle.";
  return new WaitTimeoutError(what, {
    code: "wait-timeout",
    retry: "after-delay",
    remedy,
    handle,
    cause: missed,
    lastStatus: seen,
  });
}

/** The status the caller already knows, so that it is not reported twice. */
export function statusOf(reference: object): string | undefined {
  return textOf((reference as { readonly task_status?: unknown }).task_status);
}
