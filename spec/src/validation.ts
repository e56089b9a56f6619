import { requestValidators, type ValidationError } from "@klingkit/spec/validators";
import type { Dialect } from "./dialect.js";
import type { Finding } from "./finding.js";
import { own } from "./own.js";
import { factsOf } from "./rules/facts.js";
import { isAbsent } from "./rules/view.js";
import { describeFault, missingProperty } from "./wording.js";

/** Nothing in the contract is nested deeper; deeper values are left unchanged. */
const deepest = 6;

/**
 * Checks a create's or a call's body, or a call's query, against the contract's schema; empty strings and lists count
 * as absent, as they do for the server.
 * @returns one finding a field, in the order of the contract; empty when the body fits
 */
export function checkSchema(operation: string, body: unknown, dialect: Dialect): Finding[] {
  const validate = own(requestValidators, operation);
  const given = withoutEmpty(body, deepest);
  if (!validate || validate(given)) return [];
  const relaxed = factsOf(operation).relaxed?.[dialect] ?? [];
  const faults = (validate.errors ?? [])
    .filter(
      (error) => error.keyword !== "required" || error.instancePath !== "" || !relaxed.includes(missingProperty(error)),
    )
    // A value that fits no alternative is one fault, not one for each alternative.
    .filter((error) => !error.schemaPath.includes("/anyOf/"))
    .map((error) => describeFault(error, valueAt(given, error)));
  return faults.filter(({ field }, index) => faults.findIndex((fault) => fault.field === field) === index);
}

/** A copy without empty strings and lists, except as items of a list. */
function withoutEmpty(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth === 0 || isFlatAndFilled(value)) return value;
  if (Array.isArray(value)) return value.map((item) => withoutEmpty(item, depth - 1));
  const kept = Object.entries(value).filter(([, child]) => child === null || !isAbsent(child));
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutEmpty(child, depth - 1)]));
}

/** Most bodies have nothing to leave out, and need no copy. */
function isFlatAndFilled(value: object): boolean {
  for (const name in value) {
    const child: unknown = Reflect.get(value, name);
    if (child !== null && (typeof child === "object" || isAbsent(child))) return false;
  }
  return true;
}

/** A copy of the body with values of another type turned into the contract's where nothing is lost: `"9"` → 9, 5 → "5", null → undefined. */
export function coerceTypes(
  operation: string,
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const validate = own(requestValidators, operation);
  if (!validate || validate(body)) return body;
  return (validate.errors ?? []).reduce<Readonly<Record<string, unknown>>>((copy, error) => {
    if (error.keyword !== "type") return copy;
    const sent = valueAt(body, error);
    const value = coerceValue(sent, error.params.type);
    const keys = error.instancePath.split("/").slice(1);
    // null is as good as absent, and so is undefined.
    return value === undefined && sent !== null ? copy : (withValue(copy, keys, value) as Record<string, unknown>);
  }, body);
}

/** A copy with another value at the path; only what lies on the path is copied. */
function withValue(node: unknown, keys: readonly string[], value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (typeof node !== "object" || node === null) return node;
  const copy: object = Array.isArray(node) ? [...node] : { ...node };
  Reflect.set(copy, key, withValue(Reflect.get(copy, key), rest, value));
  return copy;
}

function coerceValue(value: unknown, type: unknown): unknown {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if ((type === "number" || type === "integer") && typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) {
    return Number(value);
  }
  return undefined;
}

/** The value a fault is about. */
function valueAt(body: unknown, { instancePath }: ValidationError): unknown {
  return instancePath
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (node, key) => (typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined),
      body,
    );
}
