import { InputError } from "./errors/index.js";
import { Secret } from "./secret.js";

/** Kling's older keys: tokens are signed with them (JWT, HS256), each for half an hour. */
export interface KeyPair {
  readonly accessKey: string | Secret;
  readonly secretKey: string | Secret;
}

/** A key as the console shows it, or a pair of keys. */
export type ApiKey = string | Secret | KeyPair;

/** What the transport needs of a key. */
export interface Authentication {
  /** What follows `Bearer`, at this time in Unix milliseconds. A promise only where a token has to be signed. */
  bearer(now: number): string | Promise<string>;
  /** Forgets a token that the server refused. @returns whether another one can be made */
  renew(): boolean;
  /** A text from outside, without the keys should it hold them. */
  redact(text: string): string;
}

/**
 * Reads a key, or a pair of keys.
 * @throws InputError where there is none, or it can't be sent
 */
export function authenticationOf(key: ApiKey): Authentication {
  if (key !== null && typeof key === "object" && !(key instanceof Secret)) {
    return signedTokens(readKey(key.accessKey, "access key"), readKey(key.secretKey, "secret key"));
  }
  const secret = readKey(key, "API key");
  return { bearer: () => secret.reveal(), renew: () => false, redact: (text) => secret.redact(text) };
}

const lifetimeSeconds = 1_800;
/** Tokens count from a little earlier, for servers whose clock is behind. */
const earlierSeconds = 5;
/** A token with less left than this is not used any more. */
const spareSeconds = 60;

function signedTokens(accessKey: Secret, secretKey: Secret): Authentication {
  let token: { readonly text: Promise<string>; readonly endsAt: number } | undefined;
  return {
    bearer(now) {
      const seconds = Math.floor(now / 1000);
      if (!token || token.endsAt - spareSeconds <= seconds) {
        token = { text: sign(accessKey, secretKey, seconds), endsAt: seconds + lifetimeSeconds };
      }
      return token.text;
    },
    renew() {
      token = undefined;
      return true;
    },
    redact: (text) => accessKey.redact(secretKey.redact(text)),
  };
}

async function sign(accessKey: Secret, secretKey: Secret, now: number): Promise<string> {
  const claims = { iss: accessKey.reveal(), exp: now + lifetimeSeconds, nbf: now - earlierSeconds };
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  const bytes = (words: string) => new TextEncoder().encode(words);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes(secretKey.reveal()), algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, bytes(text));
  return `${text}.${base64Url(String.fromCharCode(...new Uint8Array(signature)))}`;
}

function encode(value: unknown): string {
  return base64Url(JSON.stringify(value));
}

function base64Url(binary: string): string {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function readKey(key: string | Secret, name: string): Secret {
  const value = (key instanceof Secret ? key.reveal() : String(key ?? "")).trim();
  // A key with a line break would otherwise surface in the transport's own error text.
  if (/^[\x21-\x7e]+$/.test(value)) return new Secret(value);
  throw new InputError(
    `The ${name} is missing or holds characters a header can't carry.`,
    "Give the key exactly as the console shows it.",
    "missing-key",
  );
}
