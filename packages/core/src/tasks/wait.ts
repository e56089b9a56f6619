import type { Family } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { WaitTimeoutError } from "../errors/index.js";
import { abortableSleep, monotonic } from "../lib/clock.js";
import { plainText } from "../lib/plain-text.js";
import { checkNumbers } from "../lib/settings.js";
import type { CallOptions } from "../options.js";
import type { CallbackSource, Pauses } from "../ports.js";
import { endError } from "./end-error.js";
import { handleOf, type TaskReference } from "./handle.js";
import { Poll, type PollOptions } from "./poll.js";
import type { AnyTask } from "./task.js";

export interface WaitOptions<Reported = AnyTask> extends CallOptions, PollOptions {
  /**
   * Longest wait in milliseconds, by a monotonic clock. With 0 it queries once, with the full time limit of a query.
   * Default: the client's `waitTimeoutMs`, 30 minutes.
   */
  readonly timeoutMs?: number | undefined;
  /** Ends pauses early when a callback about the task arrives. Polling goes on as well, because callbacks get lost. */
  readonly callbacks?: CallbackSource | undefined;
  /**
   * Called with each change of status, even to a word that klingkit does not know, and awaited. If it throws or rejects, the wait
   * ends with its error; the task goes on.
   */
  readonly onStatus?: ((task: Reported) => unknown) | undefined;
}

/** A poll may outlast the deadline by this much, in milliseconds, so that the last one has a chance. */
const lastPollGrace = 1_000;

/**
 * Waits until the task has ended. A query that fails for a temporary reason does not end the wait. A status that klingkit
 * does not know is reported, and the wait goes on.
 * @returns the task, which has succeeded
 * @throws TaskFailedError when it failed, was cancelled or has expired; ResponseFormatError when it has no result
 * @throws WaitTimeoutError at the deadline, with the handle: the task goes on
 * @throws AbortedError as soon as the signal is aborted
 */
export async function wait(
  context: ClientContext,
  family: Family,
  reference: TaskReference,
  options: WaitOptions,
): Promise<AnyTask> {
  const { callbacks, signal } = options;
  checkWaitOptions(options);
  const poll = new Poll(context, family, reference, options);
  const { clock } = context;
  const plain: Pauses = { pause: (ms) => abortableSleep(clock, ms, signal, poll.handle) };
  const pauses = callbacks?.pauses(clock, poll.handle, signal) ?? plain;
  try {
    return await pollUntilEnded(context, poll, { options, pauses });
  } finally {
    pauses.end?.();
  }
}

/** @throws InputError for times that are not numbers from 0 up */
export function checkWaitOptions({ timeoutMs, firstPollMs, pollMs }: WaitOptions<never>): void {
  checkNumbers({ timeoutMs, firstPollMs, pollMs });
}

async function pollUntilEnded(
  context: ClientContext,
  poll: Poll,
  { options, pauses }: { readonly options: WaitOptions; readonly pauses: Pauses },
): Promise<AnyTask> {
  const now = monotonic(context.clock);
  const deadline = now() + (options.timeoutMs ?? context.waitTimeoutMs);
  const { signal, onStatus } = options;
  for (;;) {
    await pauses.pause(Math.max(0, Math.min(poll.nextPauseMs(), deadline - now())));
    const known = poll.status;
    const grace = options.timeoutMs === 0 ? context.timeoutMs : lastPollGrace;
    const timeoutMs = Math.min(context.timeoutMs, Math.max(deadline - now(), grace));
    const task = await poll.ask({ signal, timeoutMs });
    if (task && task.task_status !== known) await onStatus?.(task);
    if (task && poll.hasEnded) {
      const error = endError(task, handleOf(task.family, task));
      if (error) throw error;
      return task;
    }
    if (now() >= deadline) throw waitTimeout(poll);
  }
}

function waitTimeout({ handle, status, missed }: Poll): WaitTimeoutError {
  const seen = status ? ` (last status: ${plainText(status, 100)})` : "";
  const failure = missed ? ` The last query failed: ${missed.message}` : "";
  return new WaitTimeoutError(`The task was not finished in time${seen}.${failure}`, {
    code: "wait-timeout",
    // `generate` throws this as well, and to call that again would pay for a second task.
    retry: "never",
    remedy: "The task goes on, so do not submit it again; wait again with its handle.",
    handle,
    cause: missed,
    lastStatus: status,
  });
}
