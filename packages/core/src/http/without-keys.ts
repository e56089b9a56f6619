import { isObject } from "../lib/json.js";

/** A text from outside, without the keys should it hold them. */
export type Redact = (text: string) => string;

/** What came from outside: the same, without the keys should a text in it hold them. */
export function withoutKeys(value: unknown, redact: Redact): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => withoutKeys(item, redact));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [redact(name), withoutKeys(item, redact)]));
}
