import { AbortedError, ConnectionError, KlingkitError, RefusedError, ResponseFormatError } from "../errors/index.js";

/** Whatever a download throws, as klingkit's own. */
export function downloadError(cause: unknown, signal: AbortSignal | undefined): KlingkitError {
  if (KlingkitError.isInstance(cause)) return cause;
  return signal?.aborted ? new AbortedError(signal.reason) : cutOff("The result could not be fetched.", cause);
}

/** More may come if it is asked for again. */
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
  const what = `The result is larger than ${(maxBytes / 1_048_576).toFixed(0)} MB.`;
  return new ResponseFormatError(what, { code: "result-too-large", retry: "never", remedy: "Raise maxBytes." });
}

export function insecureRedirect(status: number): RefusedError {
  return new RefusedError("The result's host redirects to an address that is not https, or to this machine.", {
    code: "download-refused",
    retry: "never",
    remedy: "Ask for the task again; its address may be a new one.",
    status,
  });
}

/** @param expiry when the address stopped working, where it has */
export function hostRefused(status: number, expiry: Date | undefined): RefusedError {
  const gone = status === 403 || status === 404 || status === 410;
  const since = expiry ? `; its address was good until ${expiry.toISOString().slice(0, 10)}` : "";
  const transient = status >= 500 || status === 408 || status === 429;
  return new RefusedError(`The result's host answered HTTP ${status}${since}.`, {
    code: gone ? "result-gone" : "download-refused",
    retry: transient ? "after-delay" : "never",
    remedy: gone
      ? "Results are deleted after 30 days; ask for the task again or generate anew."
      : transient
        ? "Try again later."
        : "Open the address to see why.",
    status,
  });
}
