import { copyOf } from "../lib/json.js";

/** Removes the keys from texts of a server. */
export interface KeyFilter {
  redact(text: string): string;
}

/** Returns the value with the keys removed from every text in it. */
export function withoutKeys(value: unknown, keys: KeyFilter): unknown {
  return copyOf(value, (text) => keys.redact(text));
}
