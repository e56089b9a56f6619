import openapi from "@klingkit/spec/openapi.json" with { type: "json" };
import { ApiDocument, type Group, type Schema } from "./document.js";

/** The contract, as the build derives it from spec/. */
export const contract = new ApiDocument(openapi as unknown as Schema);

/** `multiImage2video` → `multi-image2video`: the page of a group. */
export function slugOf({ name }: Pick<Group, "name">): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
