import { createHmac, type Hmac, webhookKey } from "@klingkit/spec/web";
import { InputError } from "../errors/index.js";
import { keyText, type Secret } from "../lib/secret.js";

/** One key, or several while they are being rotated. */
export type Keys = string | Secret | readonly (string | Secret)[];

/** Fewer characters can be guessed. */
const shortestKey = 16;

/**
 * Keys of the tokens in callback addresses: any text.
 * @throws InputError for one of fewer than 16 characters
 */
export function tokenKeys(keys: Keys): readonly Hmac[] {
  return texts(keys).map((text) => {
    if (text.length >= shortestKey) return createHmac(new TextEncoder().encode(text));
    throw new InputError(
      "The key for callback tokens is too short.",
      `Use a random text of at least ${shortestKey} characters, kept like a password.`,
      "invalid-callback-key",
    );
  });
}

/**
 * Secrets of the provider's signatures: base64, with or without `whsec_`.
 * @throws InputError for anything else
 */
export function webhookKeys(keys: Keys): readonly Hmac[] {
  return texts(keys).map((text) => {
    try {
      return webhookKey(text);
    } catch {
      throw new InputError(
        "The callback secret is not whsec_ followed by base64.",
        "Give the secret exactly as the console shows it.",
        "invalid-callback-secret",
      );
    }
  });
}

function texts(keys: Keys): readonly string[] {
  return [keys].flat().map(keyText);
}
