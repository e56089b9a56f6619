import { onAbort } from "@klingkit/spec/web";
import { AbortedError, KlingkitError, type ResponseFormatError } from "../errors/index.js";
import type { Clock } from "../ports.js";
import { badAnswer, type Method } from "./classify.js";
import { connectionError, timeoutError } from "./connection.js";
import type { RawAnswer } from "./interpret.js";
import type { KeyFilter } from "./without-keys.js";

export interface Limits {
  readonly clock: Clock;
  /** What is waited for, in errors: the server's address. */
  readonly address: string;
  /** Whether nothing is sent to the server. Default false. */
  readonly neverSent?: boolean;
  readonly timeoutMs: number;
  /** The caller's. */
  readonly signal?: AbortSignal | undefined;
  readonly keys: KeyFilter;
}

/**
 * Runs work with the caller's signal and a time limit. Both end it even if the transport ignores its signal.
 * @param work gets a signal that is aborted when the work failed, so that no part of it goes on
 * @throws KlingkitError and nothing else
 */
export async function limited<T>(
  { clock, address, neverSent = false, timeoutMs, signal, keys }: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const request = new AbortController();
  let stopTimer: (() => void) | undefined;
  let stopListening: (() => void) | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      stopListening = signal && onAbort(signal, () => reject(new AbortedError(signal.reason)));
      stopTimer = clock.after(timeoutMs, () => reject(timeoutError(address, timeoutMs, neverSent)));
      work(request.signal).then(resolve, reject);
    });
  } catch (cause) {
    request.abort();
    throw KlingkitError.isInstance(cause) ? cause : connectionError(cause, address, keys);
  } finally {
    stopTimer?.();
    stopListening?.();
  }
}

/**
 * Reads an answer to its end.
 * @throws ResponseFormatError for one that is larger than `maxBytes` when unpacked
 */
export async function readAnswer(response: Response, method: Method, maxBytes: number): Promise<RawAnswer> {
  const { status, headers, type, body } = response;
  const redirect = type === "opaqueredirect" || (status >= 300 && status < 400);
  // Some runtimes have no streams.
  if (!body) return { status, headers, text: await response.text(), redirect };
  const reader = body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > maxBytes) {
      reader.cancel().catch(() => {});
      throw tooLarge(status, method, maxBytes);
    }
    parts.push(part.value);
  }
  // Most answers come in one part; to decode it at once takes a quarter of the time that decoding a stream does.
  const [first] = parts;
  const bytes = parts.length > 1 ? await new Blob(parts).arrayBuffer() : first;
  return { status, headers, text: new TextDecoder().decode(bytes), redirect };
}

function tooLarge(status: number, method: Method, maxBytes: number): ResponseFormatError {
  const remedy = "Check the base URL; where answers may be so large, raise maxAnswerBytes.";
  // Asking again brings the same; after a create the task is looked for.
  const verdict = method === "GET" ? ({ retry: "after-fix", remedy } as const) : {};
  return badAnswer(`The answer (HTTP ${status}) is larger than ${maxBytes} bytes.`, method, { status, ...verdict });
}
