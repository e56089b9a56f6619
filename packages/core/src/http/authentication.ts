import { InputError, KlingkitError } from "../errors/index.js";
import { Secret } from "../lib/secret.js";
import type { ApiKey, Authentication } from "../ports.js";

/**
 * Reads a key.
 * @throws InputError where it is missing, or can't be sent
 */
export function authenticationOf(key: ApiKey): Authentication {
  if (typeof key === "object" && key !== null && "bearer" in key) return key;
  const secret = readKey(key, "API key");
  return { bearer: () => secret.reveal(), redact: (text) => secret.redact(text) };
}

/**
 * The token to send now; a promise only where `bearer` gives one, because a request that leaves a turn later costs a tenth
 * more of the processor's time.
 * @throws KlingkitError and nothing else, whatever `bearer` does
 */
export function tokenOf(authentication: Authentication, now: number): Secret | Promise<Secret> {
  try {
    const token = authentication.bearer(now);
    if (typeof token === "string") return readKey(token, "token");
    return Promise.resolve(token).then((text) => readKey(text, "token"), noToken);
  } catch (error) {
    return noToken(error);
  }
}

function noToken(error: unknown): never {
  if (KlingkitError.isInstance(error)) throw error;
  // Only its kind is told: its words may quote the key it was made with.
  throw new InputError(
    `No token was made: the bearer given as apiKey failed (${error instanceof Error ? error.name : typeof error}).`,
    "Mend it; a KlingkitError that it throws is passed on.",
    "no-token",
  );
}

/** @throws InputError where there is no key, or a header can't carry it */
export function readKey(key: string | Secret, name: string): Secret {
  const value = (key instanceof Secret ? key.reveal() : String(key ?? "")).trim();
  // A key with a line break would otherwise surface in the transport's own error text.
  if (/^[\x21-\x7e]+$/.test(value)) return new Secret(value);
  throw new InputError(
    `The ${name} is missing or holds characters a header can't carry.`,
    "Give the key exactly as the console shows it.",
    "missing-key",
  );
}
