import { InputError } from "../errors/index.js";

/** Whether a value is a JSON object: no array, not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
