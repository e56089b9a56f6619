import { createHmac, encodeBase64Url } from "@klingkit/spec/web";
import { InputError } from "./errors/index.js";
import { localSigners, readKey } from "./http/authentication.js";
import type { Secret } from "./lib/secret.js";
import type { Authentication } from "./ports.js";

/** Kling's older keys. The client signs tokens with them (JWT, HS256); each is valid for half an hour. */
export interface KeyPair {
  /** Names the account in each token. */
  readonly accessKey: string | Secret;
  /** Signs the tokens; it is never sent. */
  readonly secretKey: string | Secret;
}

const lifetimeSeconds = 1_800;
/** Tokens count from a little earlier, for servers whose clock is behind. */
const earlierSeconds = 5;
/** A token with less left than this is not used any more. */
const spareSeconds = 60;

/**
 * Makes an `apiKey` from Kling's access key and secret key. It is a separate function so that other bundles don't
 * contain the signing. A token is used until a minute before it expires. When the server refuses a token, a new one is
 * signed once.
 * @throws InputError if one of the keys is missing or can't be sent, or in a web page that was loaded over plain http
 */
export function keyPair(keys: KeyPair): Authentication {
  if (!crypto.subtle) {
    throw new InputError("Tokens can't be signed here: crypto.subtle is missing.", "Serve the page over https.");
  }
  const accessKey = readKey(keys?.accessKey, "access key");
  const secretKey = readKey(keys?.secretKey, "secret key");
  let token: { readonly text: Promise<string>; readonly endsAt: number } | undefined;
  const signer: Authentication = {
    bearer(now) {
      const seconds = Math.floor(now / 1000);
      if (!token || token.endsAt - spareSeconds <= seconds) {
        token = { text: sign(accessKey, secretKey, seconds), endsAt: seconds + lifetimeSeconds };
      }
      return token.text;
    },
    renew() {
      token = undefined;
    },
    redact: (text) => accessKey.redact(secretKey.redact(text)),
  };
  localSigners.add(signer);
  return signer;
}

async function sign(accessKey: Secret, secretKey: Secret, now: number): Promise<string> {
  const claims = { iss: accessKey.reveal(), exp: now + lifetimeSeconds, nbf: now - earlierSeconds };
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  const signature = await createHmac(bytesOf(secretKey.reveal())).sign(bytesOf(text));
  return `${text}.${encodeBase64Url(signature)}`;
}

function encode(value: unknown): string {
  return encodeBase64Url(bytesOf(JSON.stringify(value)));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
