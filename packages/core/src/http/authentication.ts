import { InputError, KlingkitError } from "../errors/index.js";
import { keyText, Secret } from "../lib/secret.js";
import type { ApiKey, Authentication } from "../ports.js";
import type { KeyFilter } from "./without-keys.js";

/** What one request is signed with. */
export interface Token extends KeyFilter {
  reveal(): string;
}

/** Where tokens come from. */
export interface Keys extends KeyFilter {
  /**
   * The token to send now; a promise only where it has to be made: an extra microtask for each request costs a tenth more CPU
   * time.
   * @throws KlingkitError and nothing else
   */
  token(now: number): Token | Promise<Token>;
  /** Forgets a token that the server refused. @returns whether another one can be made */
  renew(): boolean;
  /** Whether making a token always ends, so that it needs no time limit. */
  readonly alwaysEnds: boolean;
}

/** Authentications that sign in this process: they always answer. */
export const localSigners = new WeakSet<Authentication>();

/**
 * Reads a key.
 * @throws InputError where it is missing, or can't be sent
 */
export function keysOf(key: ApiKey): Keys {
  if (typeof key === "object" && key !== null && "bearer" in key) return keysFrom(key);
  const secret = readKey(key, "API key");
  return { token: () => secret, renew: () => false, redact: (text) => secret.redact(text), alwaysEnds: true };
}

/** The keys of an `Authentication`, whose methods may throw anything. */
function keysFrom(authentication: Authentication): Keys {
  const redact = (text: string) => {
    try {
      return authentication.redact?.(text) ?? text;
    } catch {
      return text;
    }
  };
  const asToken = (text: string): Token => {
    const secret = readKey(text, "token");
    return { reveal: () => secret.reveal(), redact: (said) => secret.redact(redact(said)) };
  };
  return {
    redact,
    alwaysEnds: localSigners.has(authentication),
    token(now) {
      try {
        const token = authentication.bearer(now);
        return typeof token === "string" ? asToken(token) : Promise.resolve(token).then(asToken, noToken);
      } catch (error) {
        return noToken(error);
      }
    },
    renew() {
      try {
        authentication.renew?.();
        return authentication.renew !== undefined;
      } catch {
        return false;
      }
    },
  };
}

function noToken(error: unknown): never {
  if (KlingkitError.isInstance(error)) throw error;
  // Only its kind is told: its words may quote the key it was made with.
  throw new InputError(
    `No token was made: the bearer function of apiKey failed (${error instanceof Error ? error.name : typeof error}).`,
    "Correct it; a KlingkitError that it throws is passed on.",
    "no-token",
  );
}

/** @throws InputError where there is no key, or a header can't carry it */
export function readKey(key: string | Secret, name: string): Secret {
  const value = keyText(key);
  // A key with a line break would otherwise surface in the transport's own error text.
  if (/^[\x21-\x7e]+$/.test(value)) return new Secret(value);
  throw new InputError(
    `The ${name} is missing or holds characters a header can't carry.`,
    "Give the key exactly as the console shows it.",
    "missing-key",
  );
}
