import { longestTimer, sleep } from "@klingkit/spec/web";
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
 * Milliseconds that never run backwards, from any start: deadlines go by them, because a wall clock that is set back would
 * stretch them. Of a clock without `monotonic`, what it is set back by is left out.
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
