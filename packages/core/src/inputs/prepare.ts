import type { MediaField } from "@klingkit/spec";
import { changeMedia } from "@klingkit/spec/media-fields";
import { checkPicture, sizeProblem } from "@klingkit/spec/picture";
import { encodeBase64 } from "@klingkit/spec/web";
import { InputError } from "../errors/index.js";
import type { Prepare } from "../ports.js";
import { readInput } from "./read-input.js";

/**
 * Turns pictures and sounds into text that can be sent: bytes of any kind and data URLs become base64. It checks
 * format, size, dimensions and aspect ratio (after the rotation in the file), so that the provider does not refuse the
 * request. Addresses stay unchanged.
 * @throws InputError for a picture that would be refused, and for a value that is not a picture or a sound
 */
export const prepare: Prepare = async (operation, body) => {
  const prepared = new Map<string, Promise<unknown>>();
  changeMedia(operation, body, (value, place, field) => {
    prepared.set(place, prepareOne(value, place, field));
    return value;
  });
  if (prepared.size === 0) return body;
  const values = new Map(await Promise.all([...prepared].map(async ([place, value]) => [place, await value] as const)));
  return changeMedia(operation, body, (_, place) => values.get(place));
};

async function prepareOne(value: unknown, place: string, field: MediaField): Promise<unknown> {
  const { maxBytes = Number.POSITIVE_INFINITY } = field.image ?? field.audio ?? {};
  const input = await readInput(value, place, maxBytes);
  if (typeof input === "string") return input;
  const { bytes, name } = input;
  const problem = field.image ? checkPicture(bytes, field.image) : sizeProblem(bytes.length, maxBytes);
  if (problem) throw new InputError(`${name} ${problem.what}.`, problem.advice);
  return input.base64 ?? encodeBase64(bytes);
}
