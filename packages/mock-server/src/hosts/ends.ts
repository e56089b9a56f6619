import { onAbort, sleep } from "@klingkit/spec/web";

/** Signals that end something before its time: the caller's, the simulator's. */
export type Ends = readonly (AbortSignal | null | undefined)[];

/**
 * Runs `end` with the reason of the first signal that is aborted, at once if one is aborted already.
 * @returns a function that stops listening
 */
export function onEnd(signals: Ends, end: (reason: unknown) => void): () => void {
  const over = signals.find((signal) => signal?.aborted);
  if (over) {
    end(over.reason);
    return () => {};
  }
  const releases = signals.flatMap((signal) => {
    if (!signal) return [];
    const ended = () => {
      release();
      end(signal.reason);
    };
    return [onAbort(signal, ended)];
  });
  const release = () => {
    for (const take of releases) take();
  };
  return release;
}

/** Waits, unless a signal ends it: then rejects with its reason. */
export async function delay(ms: number, signals: Ends): Promise<void> {
  const end = new AbortController();
  const release = onEnd(signals, (reason) => end.abort(reason));
  try {
    await sleep(ms, end.signal);
  } finally {
    release();
  }
}

/** What comes, or the reason of the signal that is aborted before. */
export function orEnd<Result>(signals: Ends, coming: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const release = onEnd(signals, reject);
    coming.then(resolve, reject).finally(release);
  });
}
