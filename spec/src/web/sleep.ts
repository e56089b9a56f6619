import { onAbort } from "./on-abort.js";

/** The longest delay in milliseconds that a timer takes; a longer one would fire at once. */
export const longestTimer = 2 ** 31 - 1;

/** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted, leaving no timer. */
export function sleep(ms: number, signal?: AbortSignal | null): Promise<void> {
  return ms > longestTimer ? sleepLong(ms, signal) : sleepOnce(ms, signal);
}

async function sleepLong(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  for (let left = ms; left > 0; left -= longestTimer) await sleepOnce(Math.min(left, longestTimer), signal);
}

function sleepOnce(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(() => {
      stop();
      resolve();
    }, ms);
    const stop = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal?.reason);
    });
  });
}
