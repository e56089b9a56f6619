import { ConnectionError } from "../errors/index.js";
import { textOf } from "../lib/json.js";
import type { KeyFilter } from "./without-keys.js";

/** A fault of the connection in words, and whether the server can have seen the request. */
interface Fault {
  readonly what: string;
  readonly code: string;
  readonly remedy: string;
  readonly retry: "after-delay" | "after-fix";
  readonly neverSent: boolean;
}

/** An error of the system or the transport, as Node and Bun describe it. */
type SystemError = Error & { readonly code?: unknown; readonly syscall?: unknown; readonly errors?: unknown };

/** What the transport threw, as an error that says whether the request may have arrived. */
export function connectionError(cause: unknown, address: string, keys: KeyFilter): ConnectionError {
  const chain = chainOf(cause);
  const systemError = chain.find((error) => codeOf(error) !== undefined) ?? chain.at(-1);
  const { what, ...fault } = faultOf(systemError, address);
  const code = systemError && codeOf(systemError);
  return new ConnectionError(`${what}${code ? ` (${code})` : ""}.`, { ...fault, cause: plainError(cause, keys) });
}

export function timeoutError(address: string, timeoutMs: number, neverSent: boolean): ConnectionError {
  return new ConnectionError(`${address} did not answer within ${timeoutMs} ms.`, {
    code: "timeout",
    retry: "after-delay",
    remedy: "Try again, or allow more time.",
    neverSent,
  });
}

function faultOf(error: SystemError | undefined, address: string): Fault {
  if (error && isCertificateFault(error)) {
    return {
      what: `The certificate of ${address} is not trusted`,
      code: "certificate-not-trusted",
      remedy: "Check the base URL; behind a proxy that inspects traffic, name its certificate in NODE_EXTRA_CA_CERTS.",
      retry: "after-fix",
      neverSent: true,
    };
  }
  // The words of the Fetch standard; there is no code.
  if (error?.message === "bad port") {
    return {
      what: `The port of ${address} is one that fetch never connects to`,
      code: "connection-refused",
      remedy: "Use another port.",
      retry: "after-fix",
      neverSent: true,
    };
  }
  if (error && isConnectFault(error)) {
    return {
      what: `Nothing answers at ${address}`,
      code: "connection-refused",
      remedy:
        "Check that the server runs, the base URL, the network and the proxy; by itself Node's fetch uses no proxy.",
      retry: "after-delay",
      neverSent: true,
    };
  }
  return {
    what: `The connection to ${address} broke`,
    code: "connection-lost",
    remedy: "Check the network and try again.",
    retry: "after-delay",
    neverSent: false,
  };
}

/** The server's certificate is looked at before the request is sent. Names as in OpenSSL and Node. */
function isCertificateFault(error: SystemError): boolean {
  return /^(CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|ERR_TLS_CERT_)|_SIGNATURE_FAILURE$/.test(
    codeOf(error) ?? "",
  );
}

/** Faults that come before there is a connection: undici's, Bun's two, and no address for the name. */
const beforeConnect = /^(UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$|^(ENOTFOUND|EAI_)/;
/** Refused or unreachable, where that came while connecting. */
const unreachable = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT)$/;

/**
 * Whether there was no connection yet: no address for the name, or refused and unreachable while connecting. The same codes
 * from `read` or `write`, and a reset, say nothing about what arrived.
 */
function isConnectFault(error: SystemError): boolean {
  const code = codeOf(error) ?? "";
  if (beforeConnect.test(code)) return true;
  // The name has several addresses, and each was tried.
  if (Array.isArray(error.errors)) return error.errors.length > 0 && error.errors.every(isConnectFault);
  return unreachable.test(code) && error.syscall === "connect";
}

/** The fault by name and in words, without what transports hang on it: some keep the whole request, with the key in its headers. */
export function plainError(error: unknown, keys: KeyFilter): Error {
  const chain = chainOf(error);
  const plain = new Error(keys.redact(chain.map(({ message }) => message).join(": ")));
  const [{ name, stack } = plain] = chain;
  return Object.assign(plain, {
    name: keys.redact(name),
    code: chain.map(codeOf).find(Boolean),
    stack: keys.redact(String(stack)),
  });
}

/** An error and its causes, the outermost first. */
function chainOf(error: unknown): SystemError[] {
  const chain = [error instanceof Error ? error : new Error(String(error))];
  for (let [last] = chain; last?.cause instanceof Error && chain.length < 5; last = last.cause) chain.push(last.cause);
  return chain;
}

/** The system's error code. */
function codeOf(error: SystemError): string | undefined {
  return textOf(error.code);
}
