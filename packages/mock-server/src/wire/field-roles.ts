import { type ImageLimits, requestFields } from "@klingkit/spec";
import type { Body } from "./body.js";

/** A field that takes a picture. */
interface PictureField {
  readonly field: string;
  readonly limits: ImageLimits;
}

/** The fields of each operation's body that the simulator looks for. Computed once, because every request needs them. */
const pictureFields = new Map<string, readonly PictureField[]>();
const steeringFields = new Map<string, readonly string[]>();
for (const [name, fields] of Object.entries(requestFields)) {
  const pictures = fields.flatMap(({ name: field, image: limits }) => (limits ? [{ field, limits }] : []));
  pictureFields.set(name, pictures);
  steeringFields.set(name, fields.map((field) => field.name).filter(isText));
}

/** Whether a field holds words of the caller's, which may steer. */
export function isText(field: string): boolean {
  return field === "prompt" || field === "text" || field.endsWith("_prompt");
}

/** The request's own fields that hold a picture as base64. @param name of the operation */
export function picturesIn(name: string, body: Body): readonly (PictureField & { readonly value: string })[] {
  const pictures: (PictureField & { readonly value: string })[] = [];
  for (const { field, limits } of pictureFields.get(name) ?? []) {
    const value = body[field];
    const isInline = typeof value === "string" && value !== "" && !/^https?:\/\//i.test(value);
    if (isInline) pictures.push({ field, value, limits });
  }
  return pictures;
}

/** Texts that hold steering words: something in double brackets. Most requests have none. @param name of the operation */
export function steeringTexts(name: string, body: Body): readonly string[] {
  let texts = none;
  for (const field of steeringFields.get(name) ?? []) {
    const value = body[field];
    if (typeof value === "string" && value.includes("[[")) texts = [...texts, value];
  }
  return texts;
}

const none: readonly string[] = [];
