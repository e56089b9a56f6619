import { InputError } from "../errors/index.js";

/** Whether a value is a JSON object: no array, not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A copy of lists and plain objects, with every text and name in them changed. Everything else stays as it is, such as a Blob.
 * @param depth what is deeper stays too: an object that holds itself has no end. Default: no limit
 */
export function copyOf(value: unknown, change = (text: string) => text, depth = Number.POSITIVE_INFINITY): unknown {
  if (typeof value === "string") return change(value);
  if (depth === 0) return value;
  const inner = (item: unknown) => copyOf(item, change, depth - 1);
  if (Array.isArray(value)) return value.map(inner);
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [change(name), inner(item)]));
}

/** The value if it is a string. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/**
 * JSON of a body.
 * @throws InputError for what JSON can't say
 */
export function toJson(body: unknown, replacer?: (name: string, value: unknown) => unknown): string {
  try {
    return JSON.stringify(body, replacer);
  } catch {
    throw new InputError(
      "The body can't be written as JSON.",
      "Leave out cycles and bigints; write long ids as strings.",
    );
  }
}

/** An id, which some servers write as a number: a long one has come as text already, so that it is exact. */
export function idOf(value: unknown): string | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? String(value) : textOf(value);
}
