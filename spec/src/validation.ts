import { requestValidators, type ValidationError } from "@klingkit/spec/validators";
import type { Dialect } from "./dialect.js";
import { deepest, type Finding, mostFindings, mostItems } from "./finding.js";
import { own } from "./own.js";
import { factsOf } from "./rules/facts.js";
import { isAbsent } from "./rules/view.js";
import { describeFault, missingProperty } from "./wording.js";

/**
 * Checks a create's or a call's body, or a call's query, against the contract's schema; empty strings and lists count
 * as absent, as they do for the server.
 * @returns one finding a field, at most {@link mostFindings}, in the order of the contract; empty when the body fits
 */
export function checkSchema(operation: string, body: unknown, dialect: Dialect): Finding[] {
  const validate = own(requestValidators, operation);
  const given = withoutEmpty(body, deepest);
  if (!validate || validate(given)) return [];
  const relaxed = factsOf(operation).relaxed?.[dialect] ?? [];
  const findings = new Map<string, Finding>();
  for (const error of validate.errors ?? []) {
    if (findings.size === mostFindings) break;
    if (error.keyword === "required" && error.instancePath === "" && relaxed.includes(missingProperty(error))) continue;
    // A value that fits no alternative is one fault, not one for each alternative.
    if (error.schemaPath) continue;
    const finding = describeFault(error, valueAt(given, error));
    if (!findings.has(finding.field)) findings.set(finding.field, finding);
  }
  return [...findings.values()];
}

/** A copy without empty strings and lists, except as items of a list, and without the items that are not looked at. */
function withoutEmpty(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth === 0 || isFlatAndFilled(value)) return value;
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => withoutEmpty(item, depth - 1));
  const kept = Object.entries(value).filter(([, child]) => child === null || !isAbsent(child));
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutEmpty(child, depth - 1)]));
}

/** Most bodies have nothing to leave out, and need no copy. */
function isFlatAndFilled(value: object): boolean {
  for (const name in value) {
    const child: unknown = Reflect.get(value, name);
    if (child !== null && (typeof child === "object" || isAbsent(child))) return false;
  }
  return !Array.isArray(value) || value.length <= mostItems;
}

/** A copy of the body with values of another type turned into the contract's where nothing is lost: `"9"` → 9, 5 → "5", null → undefined. */
export function coerceTypes(
  operation: string,
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const validate = own(requestValidators, operation);
  if (!validate || validate(withShortLists(body, deepest))) return body;
  const copies = new Map<object, object>();
  for (const error of validate.errors ?? []) {
    if (error.keyword !== "type") continue;
    const sent = valueAt(body, error);
    const value = coerceValue(sent, error.params.type);
    // null is as good as absent, and so is undefined.
    if (value === undefined && sent !== null) continue;
    setCopied(copies, body, { keys: error.instancePath.split("/").slice(1), value });
  }
  return (copies.get(body) as Readonly<Record<string, unknown>> | undefined) ?? body;
}

/** A copy without the items that are not looked at. */
function withShortLists(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => withShortLists(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withShortLists(child, depth - 1)]));
}

/**
 * Sets the value at a path in copies: each list or object on the path is copied once, however many paths lead through it.
 * @param copies those made so far, by what they are copies of
 */
function setCopied(
  copies: Map<object, object>,
  root: object,
  { keys, value }: { readonly keys: readonly string[]; readonly value: unknown },
): void {
  let node = root;
  let copy = copyOf(copies, node);
  for (const key of keys.slice(0, -1)) {
    const next: unknown = Reflect.get(node, key);
    if (typeof next !== "object" || next === null) return;
    const nextCopy = copyOf(copies, next);
    Reflect.set(copy, key, nextCopy);
    [node, copy] = [next, nextCopy];
  }
  Reflect.set(copy, keys.at(-1) ?? "", value);
}

function copyOf(copies: Map<object, object>, node: object): object {
  const known = copies.get(node);
  if (known) return known;
  const copy: object = Array.isArray(node) ? [...node] : { ...node };
  copies.set(node, copy);
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
