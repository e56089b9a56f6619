import { isObject } from "../lib/json.js";

/** Knows the keys, and takes them out of a text from outside that holds them. */
export interface KeyFilter {
  redact(text: string): string;
}

/** What came from outside: the same, without the keys should a text in it hold them. */
export function withoutKeys(value: unknown, keys: KeyFilter): unknown {
  if (typeof value === "string") return keys.redact(value);
  if (Array.isArray(value)) return value.map((item) => withoutKeys(item, keys));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [keys.redact(name), withoutKeys(item, keys)]));
}
