import { isObject } from "../lib/json.js";

/** Removes the keys from texts of a server. */
export interface KeyFilter {
  redact(text: string): string;
}

/** Returns the value with the keys removed from every text in it. */
export function withoutKeys(value: unknown, keys: KeyFilter): unknown {
  if (typeof value === "string") return keys.redact(value);
  if (Array.isArray(value)) return value.map((item) => withoutKeys(item, keys));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [keys.redact(name), withoutKeys(item, keys)]));
}
