import type { ValidationError } from "@klingkit/spec/validators";
import type { Finding } from "./finding.js";
import { own } from "./own.js";
import { invalidText } from "./rules/rule.js";
import { lengthOf } from "./text-length.js";

/** Words a problem that the schema found in a value. */
export function describeFault(error: ValidationError, value: unknown): Finding {
  const field = fieldName(error);
  const words =
    own(wording, error.keyword) ??
    ((name) => [invalid(name, value), `Change ${name}: see the contract for what it takes.`]);
  const [message, advice] = words(field, value, error.params);
  return {
    rule: `schema-${error.keyword}`,
    field,
    message,
    advice,
    severity: "refuse",
    situation: "invalid-parameter",
  };
}

/** The property that a `required` fault is about. */
export function missingProperty(error: ValidationError): string {
  return String(error.params.missingProperty);
}

type Wording = (
  field: string,
  value: unknown,
  params: ValidationError["params"],
) => readonly [message: string, advice: string];

const atLeast: Wording = (field, value, { limit }) => [invalid(field, value), `Give ${field} at least ${limit}.`];
const atMost: Wording = (field, value, { limit }) => [invalid(field, value), `Give ${field} at most ${limit}.`];
const notEmpty: Wording = (field) => [`${field} can not be empty`, `Give ${field}: it is required.`];

/** What the server says to a file that is no raw base64 (real text). */
const invalidBase64 = "File is not in a valid base64 format";

/** Message in the provider's style, advice in klingkit's. */
const wording: Readonly<Record<string, Wording>> = {
  required: notEmpty,
  minLength: notEmpty,
  type: (field, _, { type }) => [`${field} type is invalid`, `Give ${field} as ${article(String(type))}.`],
  enum: (field, value, { allowedValues }) => {
    const allowed = Array.isArray(allowedValues) ? allowedValues.map(String) : [];
    return [
      invalid(field, value, allowed),
      `Use one of ${allowed.length > 0 ? allowed.join(", ") : "the known values"} for ${field}.`,
    ];
  },
  maxLength: (field, value, { limit }) => [
    `${field} length exceeds ${limit}`,
    `Shorten ${field} to ${limit} characters; it has ${lengthOf(String(value))}.`,
  ],
  minimum: atLeast,
  maximum: atMost,
  maxItems: (field, _, { limit }) => [`${field} size exceeds ${limit}`, `Give at most ${limit} items in ${field}.`],
  minItems: (field, _, { limit }) => [
    `${field} size is less than ${limit}`,
    `Give at least ${limit} items in ${field}.`,
  ],
  pattern: (field, value, { pattern }) =>
    String(value).startsWith("data:")
      ? [invalidBase64, `Remove the "data:…;base64," prefix of ${field}; the server takes raw base64.`]
      : [invalid(field, value), `Give ${field} in the form ${pattern}.`],
};

function fieldName(error: ValidationError): string {
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  if (error.keyword === "required") return path === "" ? missingProperty(error) : `${path}.${missingProperty(error)}`;
  return path === "" ? "request body" : path;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** A value as it fits into a message; lists and objects, however deep, only by their kind. */
function invalid(field: string, value: unknown, allowed: readonly string[] = []): string {
  const kind = Array.isArray(value) ? "[...]" : "{...}";
  return invalidText(field, typeof value === "object" && value !== null ? kind : String(value), allowed);
}
