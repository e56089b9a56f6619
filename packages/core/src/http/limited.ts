import { onAbort } from "@klingkit/spec/web";
import { AbortedError, KlingkitError } from "../errors/index.js";
import type { Clock } from "../ports.js";
import { connectionError, timeoutError } from "./connection.js";
import type { Redact } from "./without-keys.js";

export interface Limits {
  readonly clock: Clock;
  /** What errors call the server. */
  readonly baseUrl: string;
  readonly timeoutMs: number;
  /** The caller's. */
  readonly signal?: AbortSignal | undefined;
  readonly redact: Redact;
}

/**
 * Work under the caller's signal and a time limit; both end it also where the transport does not listen.
 * @param work given a signal that is aborted when it failed, so that nothing of it goes on
 * @throws KlingkitError and nothing else
 */
export async function limited<T>(
  { clock, baseUrl, timeoutMs, signal, redact }: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const request = new AbortController();
  let end = () => {};
  try {
    return await new Promise<T>((resolve, reject) => {
      const stopListening = onAbort(signal, () => reject(new AbortedError(signal?.reason)));
      const stopTimer = clock.after(timeoutMs, () => reject(timeoutError(baseUrl, timeoutMs)));
      end = () => {
        stopTimer();
        stopListening();
      };
      work(request.signal).then(resolve, reject);
    });
  } catch (cause) {
    request.abort();
    throw KlingkitError.isInstance(cause) ? cause : connectionError(cause, baseUrl, redact);
  } finally {
    end();
  }
}
