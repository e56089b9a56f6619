import { retentionMs } from "@klingkit/spec/client";
import {
  AbortedError,
  ConnectionError,
  type ErrorDetails,
  KlingkitError,
  RefusedError,
  ResponseFormatError,
} from "../errors/index.js";
import { plainError } from "../http/connection.js";
import type { KeyFilter } from "../http/without-keys.js";

/** Transports name the address in their errors, whose query holds a signature. */
const withoutQueries: KeyFilter = { redact: (text) => text.replace(/\?\S*/g, "") };

/** Turns an error of a download into an error of klingkit. */
export function downloadError(cause: unknown, signal: AbortSignal): KlingkitError {
  if (KlingkitError.isInstance(cause)) return cause;
  return signal.aborted
    ? new AbortedError(signal.reason)
    : cutOff("The result could not be fetched.", plainError(cause, withoutQueries));
}

/** The error of a download that was cut off and may be continued. */
export function cutOff(what: string, cause?: unknown): ConnectionError {
  const remedy = "Check the network and try again.";
  return new ConnectionError(what, { code: "connection-lost", retry: "after-delay", remedy, cause, neverSent: false });
}

export function badMedia(what: string): ResponseFormatError {
  return new ResponseFormatError(what, { code: "bad-media", retry: "after-delay", remedy: "Download it again." });
}

export function changed(): ResponseFormatError {
  const what = "The result changed while it was fetched.";
  return new ResponseFormatError(what, { code: "result-changed", retry: "after-delay", remedy: "Download it again." });
}

export function tooLarge(maxBytes: number): ResponseFormatError {
  const what = `The result is larger than ${maxBytes} bytes.`;
  return new ResponseFormatError(what, { code: "result-too-large", retry: "never", remedy: "Raise maxBytes." });
}

export function insecureRedirect(status: number): RefusedError {
  const what = "The result's host redirects to an address that is not https, or not public.";
  return new RefusedError(what, {
    code: "download-refused",
    retry: "never",
    remedy: "Ask for the task again; its address may be a new one.",
    status,
  });
}

/** What is known of a refusal besides its status. */
interface HostRefusal {
  /** The start of the answer's body. */
  readonly body: string;
  /** When the address expired, if it has. */
  readonly expiry: Date | undefined;
  /** Milliseconds since the task has ended; 0 where that is not known. */
  readonly age: number;
}

/** How long a host may need until it serves a new file, in milliseconds. */
const freshMs = 3_600_000;

/**
 * The error of a refusal by the result's host. While the task is new, a missing file may appear: a copy may be late, or
 * a signature not valid yet. The remedy never says to generate again, because the result was paid for.
 */
export function hostRefused(status: number, { body, expiry, age }: HostRefusal): RefusedError {
  const since = expiry ? `; its address was good until ${expiry.toISOString().slice(0, 10)}` : reasonIn(body);
  const refused = (details: Omit<ErrorDetails, "status">) =>
    new RefusedError(`The result's host answered HTTP ${status}${since}.`, { status, ...details });
  const isMissing = status === 403 || status === 404;
  const askAgain = "Ask for the task again: its answer may hold a new address.";
  if (status === 410 || (isMissing && (expiry !== undefined || age > retentionMs))) {
    const remedy = `Results are deleted after 30 days. ${askAgain}`;
    return refused({ code: "result-gone", retry: "never", remedy });
  }
  if (isMissing && age <= freshMs)
    return refused({ code: "result-unavailable", retry: "after-delay", retryAfterMs: 2_000, remedy: askAgain });
  if (isMissing) return refused({ code: "result-unavailable", retry: "after-fix", remedy: askAgain });
  if (status >= 500 || status === 408 || status === 429)
    return refused({ code: "download-refused", retry: "after-delay", remedy: "Try again later." });
  return refused({ code: "download-refused", retry: "never", remedy: "Open the address to see why." });
}

/** The reasons of object stores, in our words, because theirs may be a page. */
function reasonIn(body: string): string {
  return /expired/i.test(body) ? " (the address has expired)" : /denied/i.test(body) ? " (access denied)" : "";
}
