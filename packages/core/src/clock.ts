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

/** The longest delay a timer takes; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => (ms > longestTimer ? sleepLong(ms, signal) : sleepOnce(ms, signal)),
  after(ms, callback) {
    // A limit of more than 24 days never comes.
    const timer = ms > longestTimer ? undefined : setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

async function sleepLong(ms: number, signal: AbortSignal | undefined): Promise<void> {
  for (let left = ms; left > 0; left -= longestTimer) await sleepOnce(Math.min(left, longestTimer), signal);
}

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
