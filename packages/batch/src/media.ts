import type { InputSource } from "@klingkit/core";

/** Whether a text stands for a file: it is short and no address. Base64 of a picture is always longer. */
export function isPath(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 1_024 && !/^(https?|data):/i.test(value);
}

/** Whether a row's picture or sound is a file, which has its path in the manifest as its name. */
export function isFile(value: unknown): value is InputSource & { readonly name: string } {
  return typeof value === "object" && value !== null && "read" in value && "name" in value;
}
