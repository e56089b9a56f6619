import type { MediaField } from "@klingkit/spec";
import { mediaFields } from "@klingkit/spec/media-fields";
import { checkPicture } from "@klingkit/spec/picture";
import { encodeBase64 } from "@klingkit/spec/web";
import { InputError } from "../errors/index.js";
import type { Prepare } from "../ports.js";
import { readInput } from "./read-input.js";

/**
 * Turns pictures and sounds into what the wire takes: bytes of any kind into base64, data URLs into the base64 in them.
 * Format, size, dimensions and ratio, after the rotation that the file asks for, are read from the first bytes, so that
 * nothing is sent in vain. Addresses stay as they are.
 * @throws InputError for a picture that would be refused, and for what can't be turned into one
 */
export const prepare: Prepare = async (operation, body) => {
  let prepared = body;
  for (const [path, field] of Object.entries(mediaFields[operation] ?? {})) {
    const change = (value: unknown, place: string) => prepareOne(value, place, field);
    prepared = (await changeAt(prepared, path.split("."), change, "")) as typeof body;
  }
  return prepared;
};

type Change = (value: unknown, place: string) => Promise<unknown>;

/** A copy in which what the path leads to is changed; the same where there is nothing. */
async function changeAt(node: unknown, path: readonly string[], change: Change, place: string): Promise<unknown> {
  const [step, ...rest] = path;
  if (node === undefined || node === null) return node;
  if (step === undefined) return change(node, place);
  if (step === "*") {
    if (!Array.isArray(node)) return node;
    return Promise.all(node.map((item, index) => changeAt(item, rest, change, `${place}[${index}]`)));
  }
  if (typeof node !== "object" || !Object.hasOwn(node, step)) return node;
  const child = (node as Record<string, unknown>)[step];
  const changed = await changeAt(child, rest, change, place === "" ? step : `${place}.${step}`);
  return changed === child ? node : { ...node, [step]: changed };
}

async function prepareOne(value: unknown, place: string, field: MediaField): Promise<unknown> {
  const { maxBytes = Number.POSITIVE_INFINITY } = field.image ?? field.audio ?? {};
  const input = await readInput(value, place, maxBytes);
  if (typeof input === "string") return input;
  const { bytes, name } = input;
  const problem = field.image ? checkPicture(bytes, field.image) : tooLarge(bytes, maxBytes);
  if (problem) throw new InputError(`${name} ${problem.what}.`, problem.advice);
  return input.base64 ?? encodeBase64(bytes);
}

function tooLarge(bytes: Uint8Array, maxBytes: number) {
  if (bytes.length <= maxBytes) return undefined;
  const [size, limit] = [(bytes.length / 1_048_576).toFixed(1), maxBytes / 1_048_576];
  return { what: `is ${size} MB; at most ${limit} MB are accepted`, advice: "Save it smaller." };
}
