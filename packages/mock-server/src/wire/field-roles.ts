import { type ImageLimits, type MediaField, requestFields } from "@klingkit/spec";
import { changeMedia } from "@klingkit/spec/media-fields";
import type { Body } from "./body.js";

/** A picture that a request holds as base64. */
interface InlinePicture {
  /** Where it stands, `image_list[0].image`. */
  readonly field: string;
  readonly value: string;
  readonly limits: ImageLimits;
}

/** The fields of each operation's body that may steer. Computed once, because every request needs them. */
const steeringFields = new Map<string, readonly string[]>();
for (const [name, fields] of Object.entries(requestFields))
  steeringFields.set(name, fields.map((field) => field.name).filter(isPrompt));

/** Whether a field holds the caller's own words: prompts, and the text of tts. They may steer. */
export function isPrompt(field: string): boolean {
  return field === "prompt" || field === "text" || field.endsWith("_prompt");
}

/** The pictures that the request holds as base64. @param name of the operation */
export function picturesIn(name: string, body: Body): readonly InlinePicture[] {
  const pictures: InlinePicture[] = [];
  changeInlineMedia(name, body, (value, field, { image: limits }) => {
    if (limits) pictures.push({ field, value, limits });
    return value;
  });
  return pictures;
}

/**
 * A copy of the request in which each picture and sound that it holds as base64 is replaced; the request itself where it
 * holds no base64. @param name of the operation
 */
export function changeInlineMedia(
  name: string,
  body: Body,
  change: (value: string, field: string, media: MediaField) => string,
): Body {
  return changeMedia(name, body, (value, field, media) => {
    const isInline = typeof value === "string" && value !== "" && !/^https?:\/\//i.test(value);
    return isInline ? change(value, field, media) : value;
  });
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
