import { mediaNames } from "@klingkit/spec/client";
import { InputError } from "../errors/index.js";

/** The contract nests less deeply; a body that holds itself has no end. */
const deepest = 8;

/**
 * Makes sure that pictures and sounds go out as text, and nothing as an object that JSON does not know: of a file it
 * would make `{}`, or the file's path.
 * @throws InputError
 */
export function checkInputs(body: unknown, path = "", depth = 0): void {
  if (depth > deepest) return;
  for (const [name, value] of Object.entries(body ?? {})) {
    const place = path === "" ? name : Array.isArray(body) ? `${path}[${name}]` : `${path}.${name}`;
    const kind = Object.hasOwn(mediaNames, name) ? mediaNames[name] : undefined;
    const items = kind === "list" && Array.isArray(value) ? value : [value];
    if (kind ? !items.every(isText) : typeof value !== "string" && isUnknownToJson(value)) {
      const remedy = "Give an address or base64; bytes, streams and files need `prepare` of @klingkit/core/inputs.";
      throw new InputError(`${place} is not text.`, remedy);
    }
    if (!kind && typeof value === "object") checkInputs(value, place, depth + 1);
  }
}

/** Null counts as absent. */
function isText(value: unknown): boolean {
  return typeof value === "string" || value === null || value === undefined;
}

function isUnknownToJson(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "function";
  const can = (method: string) => typeof Reflect.get(value, method) === "function";
  if (ArrayBuffer.isView(value) || can("read")) return true;
  return !/\[object (Object|Array)\]/.test(Object.prototype.toString.call(value)) && !can("toJSON");
}
