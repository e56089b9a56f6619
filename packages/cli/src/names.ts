import { InputError } from "@klingkit/core";
import { calls, families } from "@klingkit/spec";
import { nearest } from "./suggest.js";

/** `model_name` → `model-name`, `image2video` and `multiImage2video` → `multi-image2video`. */
export function kebabCase(name: string): string {
  return name.replaceAll("_", "-").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `model_name` → `modelName`, as the argument parser calls its flag. */
export function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * A family as the contract names it; the command line also takes it in kebab case.
 * @throws InputError for a name the contract does not have, with the nearest one
 */
export function familyName(name: string): string {
  return nameIn(Object.keys(families), name, { kind: "family" });
}

/**
 * The same of a family or a call.
 * @param others words that may stand in its place, and may be meant by a misspelt one
 * @throws InputError for a name the contract does not have, with the nearest one
 */
export function operationName(name: string, others: readonly string[] = []): string {
  return nameIn([...Object.keys(families), ...Object.keys(calls)], name, { kind: "operation", others });
}

interface Naming {
  readonly kind: string;
  readonly others?: readonly string[];
}

function nameIn(names: readonly string[], name: string, { kind, others = [] }: Naming): string {
  const known = names.find((candidate) => candidate === name || kebabCase(candidate) === name);
  if (known !== undefined) return known;
  const guess = nearest(name, [...names.flatMap((candidate) => [candidate, kebabCase(candidate)]), ...others]);
  throw new InputError(
    `There is no ${kind} "${name.slice(0, 80)}".`,
    guess ? `Did you mean ${guess}?` : `Use one of ${names.map(kebabCase).join(", ")}.`,
  );
}

/** Every family's name on the command line. */
export function familyNames(): string {
  return Object.keys(families).map(kebabCase).join(", ");
}
