import { longestTimer, sleep } from "@klingkit/spec/web";
import { AbortedError, InputError, type PartialHandle } from "../errors/index.js";
import type { Clock } from "../ports.js";

/** The system's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
  after(ms, callback) {
    // A limit of more than 24 days never comes.
    const timer = ms > longestTimer ? undefined : setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Milliseconds since any start, never decreasing, for deadlines: a wall clock that is set back would stretch them. Without
 * `clock.monotonic`, backward jumps of `now` are subtracted.
 */
export function monotonic(clock: Clock): () => number {
  if (clock.monotonic) return clock.monotonic.bind(clock);
  let lost = 0;
  let last = clock.now();
  return () => {
    const now = clock.now();
    lost += Math.max(0, last - now);
    last = now;
    return now + lost;
  };
}

/** @throws AbortedError where the caller has aborted already, InputError for something else than a signal */
export function throwIfAborted(signal: AbortSignal | undefined, handle?: PartialHandle): void {
  if (signal && signal.aborted === undefined)
    throw new InputError("signal is no AbortSignal.", "Give controller.signal.");
  if (signal?.aborted) throw new AbortedError(signal.reason, handle);
}

/** Sleeps; an abort ends it at once with klingkit's own error. */
export async function abortableSleep(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  handle?: PartialHandle,
): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (cause) {
    throw signal?.aborted ? new AbortedError(signal.reason, handle) : cause;
  }
}
