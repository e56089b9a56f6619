import { requestValidators, type ValidationError } from "@klingkit/spec/validators";
import { profiles } from "../generated/profiles.js";
import type { Dialect } from "./dialect.js";
import type { Finding } from "./finding.js";

/**
 * Checks a body against the contract's schema.
 * @returns one finding a fault, in the order of the contract; empty when the body fits
 */
export function checkSchema(family: string, body: unknown, dialect: Dialect): Finding[] {
  const validate = requestValidators[family];
  if (!validate || validate(body)) return [];
  const relaxed = profiles[family]?.relaxed[dialect] ?? [];
  return (validate.errors ?? [])
    .filter((error) => !(error.keyword === "required" && error.instancePath === "" && relaxed.includes(missing(error))))
    .map(describe);
}

/** A copy of the body with values of another type turned into the contract's where nothing is lost: `"9"` → 9, 5 → "5". */
export function coerceTypes(family: string, body: Record<string, unknown>): Record<string, unknown> {
  const validate = requestValidators[family];
  if (!validate || validate(body)) return body;
  const copy = structuredClone(body);
  for (const error of validate.errors ?? []) {
    if (error.keyword === "type") coerceAt(copy, error);
  }
  return copy;
}

function coerceAt(body: Record<string, unknown>, error: ValidationError): void {
  const keys = error.instancePath.split("/").slice(1);
  const last = keys.pop();
  if (last === undefined) return;
  const parent = keys.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], body);
  const value = coerceValue(error.data, error.params.type);
  if (value !== undefined && parent !== null && typeof parent === "object") Reflect.set(parent, last, value);
}

function coerceValue(value: unknown, type: unknown): unknown {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if ((type === "number" || type === "integer") && typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) {
    return Number(value);
  }
  return undefined;
}

function describe(error: ValidationError): Finding {
  const field = fieldName(error);
  const words = wording[error.keyword] ?? (() => [`${field} is invalid`, `Change ${field}: ${error.message}.`]);
  const [message, advice] = words(field, error);
  return {
    rule: `schema-${error.keyword}`,
    field,
    message,
    advice,
    severity: "refuse",
    situation: "invalid-parameter",
  };
}

type Wording = (field: string, error: ValidationError) => readonly [message: string, advice: string];

/** Message in the provider's style (real: "mode value 'std' is invalid"), advice in klingkit's. */
const wording: Readonly<Record<string, Wording>> = {
  required: (field) => [`${field} can not be empty`, `Give ${field}.`],
  type: (field, error) => [`${field} type is invalid`, `Give ${field} as ${article(String(error.params.type))}.`],
  enum: (field, error) => [
    `${field} value '${shorten(error.data)}' is invalid`,
    `Use one of ${(error.params.allowedValues as unknown[]).join(", ")} for ${field}.`,
  ],
  maxLength: (field, error) => [
    `${field} length exceeds ${error.params.limit}`,
    `Shorten ${field} to ${error.params.limit} characters; it has ${String(error.data).length}.`,
  ],
  minimum: (field, error) => range(field, error, "at least"),
  maximum: (field, error) => range(field, error, "at most"),
  maxItems: (field, error) => [
    `${field} size exceeds ${error.params.limit}`,
    `Give at most ${error.params.limit} items in ${field}.`,
  ],
  minItems: (field, error) => [
    `${field} size is less than ${error.params.limit}`,
    `Give at least ${error.params.limit} items in ${field}.`,
  ],
  pattern: (field, error) =>
    String(error.data).startsWith("data:")
      ? [`${field} is invalid base64`, `Remove the "data:…;base64," prefix of ${field}; the server takes raw base64.`]
      : [`${field} value '${shorten(error.data)}' is invalid`, `Give ${field} in the form ${error.params.pattern}.`],
};

function range(field: string, error: ValidationError, words: string): readonly [string, string] {
  return [`${field} value '${shorten(error.data)}' is invalid`, `Give ${field} ${words} ${error.params.limit}.`];
}

function fieldName(error: ValidationError): string {
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  if (error.keyword === "required") return path === "" ? missing(error) : `${path}.${missing(error)}`;
  return path === "" ? "request body" : path;
}

function missing(error: ValidationError): string {
  return String(error.params.missingProperty);
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function shorten(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
