import { ConnectionError } from "../errors/index.js";

/** Causes that prove the server never saw the request. Node tells them in `cause.code`, Bun in `code`. */
const neverSentCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ConnectionRefused", "FailedToOpenSocket"]);

/** What the transport threw, as an error that says whether the request may have arrived. */
export function connectionError(cause: unknown, address: string, redact: (text: string) => string): ConnectionError {
  const code = causeCode(cause);
  const neverSent = code !== undefined && neverSentCodes.has(code);
  const what = neverSent
    ? `Nothing answers at ${address}${code ? ` (${code})` : ""}.`
    : `The connection to ${address} broke${code ? ` (${code})` : ""}.`;
  return new ConnectionError(
    what,
    {
      code: neverSent ? "connection-refused" : "connection-lost",
      retry: "after-delay",
      remedy: neverSent ? "Check the base URL and the network." : "Check the network and try again.",
      cause: plainCause(cause, redact),
    },
    neverSent,
  );
}

export function timeoutError(address: string, timeoutMs: number): ConnectionError {
  return new ConnectionError(
    `${address} did not answer within ${timeoutMs} ms.`,
    { code: "timeout", retry: "after-delay", remedy: "Try again, or allow more time." },
    false,
  );
}

/** The fault without what transports hang on it: some keep the whole request, with the key in its headers. */
function plainCause(error: unknown, redact: (text: string) => string, depth = 0): Error {
  if (!(error instanceof Error)) return new Error(redact(String(error)));
  const cause = error.cause === undefined || depth > 4 ? {} : { cause: plainCause(error.cause, redact, depth + 1) };
  const { code } = error as { readonly code?: unknown };
  const plain = Object.assign(new Error(redact(error.message), cause), code === undefined ? {} : { code });
  return Object.assign(plain, { name: error.name, stack: redact(String(error.stack)) });
}

/** The system's error code, looked for down the chain of causes. */
function causeCode(error: unknown): string | undefined {
  for (let node = error, depth = 0; node instanceof Error && depth < 5; node = node.cause, depth += 1) {
    const { code } = node as { readonly code?: unknown };
    if (typeof code === "string") return code;
  }
  return undefined;
}
