import { KlingkitError } from "../errors/index.js";
import type { KlingEvent } from "../events.js";
import { abortableSleep } from "../lib/clock.js";
import type { RetryOptions } from "../options.js";
import type { Clock } from "../ports.js";

/** Retry settings with every default filled in. */
export type RetryPolicy = Readonly<Record<keyof RetryOptions, number>>;

const defaultRetry: RetryPolicy = {
  attempts: 4,
  firstDelayMs: 500,
  maxDelayMs: 20_000,
  maxRetryAfterMs: 60_000,
};

/** The caller's settings over the defaults; one that is undefined is not given. */
export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaultRetry, ...Object.fromEntries(given) };
}

/** Full jitter: a random time between 0 and a doubling limit, but at least what the server asked for. */
function retryDelay({ retry, random }: RetryContext, { attempt, error }: FailedTry): number {
  const ceiling = Math.min(retry.maxDelayMs, retry.firstDelayMs * 2 ** (attempt - 1));
  const asked = Math.min(error.retryAfterMs ?? 0, retry.maxRetryAfterMs);
  return Math.max(asked, Math.round(ceiling * random()));
}

/** The parts of a client that a retry needs. */
export interface RetryContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly emit: (event: KlingEvent) => void;
}

/** A failed attempt, counted from 1. */
interface FailedTry {
  readonly attempt: number;
  readonly error: KlingkitError;
}

/** Waits before a retry, and tells the observer. @throws AbortedError */
export async function pauseBeforeRetry(
  context: RetryContext,
  signal: AbortSignal | undefined,
  failed: FailedTry,
): Promise<void> {
  const { attempt, error } = failed;
  const delayMs = retryDelay(context, failed);
  context.emit({ type: "retry", attempt, delayMs, code: error.code });
  // An abort during the pause must still name the task that may exist.
  await abortableSleep(context.clock, delayMs, signal, error.handle);
}

/** Retries `attempt` while its error says that the same call may succeed later. */
export async function repeating<T>(
  context: RetryContext,
  signal: AbortSignal | undefined,
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      if (number >= context.retry.attempts || !KlingkitError.isInstance(error) || error.retry !== "after-delay")
        throw error;
      await pauseBeforeRetry(context, signal, { attempt: number, error });
    }
  }
}
