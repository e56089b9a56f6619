import { longestTimer, sleep } from "@klingkit/spec/web";

/** Time as the client sees it. Tests push their own; nothing else in the client touches timers. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted, leaving no timer.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls back once, after `ms` milliseconds, unless what it returns was called before. For the time limit of each
   * request: a sleep with a signal to end it is slower.
   */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep,
  after(ms, callback) {
    // A limit of more than 24 days never comes.
    const timer = ms > longestTimer ? undefined : setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
