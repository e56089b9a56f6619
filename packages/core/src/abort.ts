import { AbortedError, type PartialHandle } from "./errors/index.js";
import type { Clock } from "./ports.js";

/** @throws AbortedError where the caller has aborted already */
export function throwIfAborted(signal: AbortSignal | undefined, handle?: PartialHandle): void {
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
