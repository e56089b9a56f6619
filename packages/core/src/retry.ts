import { abortableSleep } from "./abort.js";
import type { Clock } from "./clock.js";
import { KlingkitError } from "./errors/index.js";
import type { KlingEvent } from "./events.js";
import type { RetryOptions } from "./options.js";

/** Retry settings with every default filled in. */
export type RetryPolicy = Required<RetryOptions>;

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

/** Full jitter: anywhere between 0 and the doubling ceiling, but not before the server's own word. */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  random: number,
  retryAfterMs: number | undefined,
): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
  const asked = Math.min(retryAfterMs ?? 0, policy.maxRetryAfterMs);
  return Math.max(asked, Math.round(ceiling * random));
}

/** What repeating needs of a client. */
export interface RetryContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly emit: (event: KlingEvent) => void;
}

/** Repeats `attempt` while its error says that the same call may pass later. */
export async function retrying<T>(
  { clock, retry, random, emit }: RetryContext,
  signal: AbortSignal | undefined,
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      if (number >= retry.attempts || !KlingkitError.isInstance(error) || error.retry !== "after-delay") throw error;
      const delayMs = retryDelay(retry, number, random(), error.retryAfterMs);
      emit({ type: "retry", attempt: number, delayMs, code: error.code });
      await abortableSleep(clock, delayMs, signal);
    }
  }
}
