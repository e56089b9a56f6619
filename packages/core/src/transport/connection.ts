import { ConnectionError } from "../errors/index.js";
import { textOf } from "../json.js";
import type { Redact } from "./without-keys.js";

/** Causes that prove the server never saw the request. Node tells them in `cause.code`, Bun in `code`. */
const neverSentCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ConnectionRefused", "FailedToOpenSocket"]);

/** What the transport threw, as an error that says whether the request may have arrived. */
export function connectionError(cause: unknown, address: string, redact: Redact): ConnectionError {
  const chain = chainOf(cause);
  const code = chain.map(codeOf).find((found) => found !== undefined);
  const neverSent = code !== undefined && neverSentCodes.has(code);
  const what = neverSent ? `Nothing answers at ${address}` : `The connection to ${address} broke`;
  return new ConnectionError(`${what}${code ? ` (${code})` : ""}.`, {
    code: neverSent ? "connection-refused" : "connection-lost",
    retry: "after-delay",
    remedy: neverSent ? "Check the base URL and the network." : "Check the network and try again.",
    cause: plainError(chain, redact),
    neverSent,
  });
}

export function timeoutError(address: string, timeoutMs: number): ConnectionError {
  return new ConnectionError(`${address} did not answer within ${timeoutMs} ms.`, {
    code: "timeout",
    retry: "after-delay",
    remedy: "Try again, or allow more time.",
    neverSent: false,
  });
}

/** The fault in words, without what transports hang on it: some keep the whole request, with the key in its headers. */
function plainError(chain: readonly Error[], redact: Redact): Error {
  const plain = new Error(redact(chain.map(({ message }) => message).join(": ")));
  return Object.assign(plain, { code: chain.map(codeOf).find(Boolean), stack: redact(String(chain[0]?.stack)) });
}

/** An error and its causes, the outermost first. */
function chainOf(error: unknown): Error[] {
  const chain = [error instanceof Error ? error : new Error(String(error))];
  for (let [last] = chain; last?.cause instanceof Error && chain.length < 5; last = last.cause) chain.push(last.cause);
  return chain;
}

/** The system's error code. */
function codeOf(error: Error & { readonly code?: unknown }): string | undefined {
  return textOf(error.code);
}
