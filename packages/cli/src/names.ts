import { InputError } from "@klingkit/core";
import { families } from "@klingkit/spec";

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
 * @throws InputError for a name the contract does not have
 */
export function familyName(name: string): string {
  const known = Object.keys(families).find((family) => family === name || kebabCase(family) === name);
  if (known !== undefined) return known;
  throw new InputError(`There is no family "${name.slice(0, 80)}".`, `Use one of ${familyNames()}.`);
}

/** Every family's name on the command line. */
export function familyNames(): string {
  return Object.keys(families).map(kebabCase).join(", ");
}
