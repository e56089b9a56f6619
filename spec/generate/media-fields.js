import { banner } from "./banner.js";
import { literal } from "./catalogue.js";
import { mainEndpoint, requestSchema } from "./operations.js";
import { resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./operations.js").Contract} Contract
 * @typedef {import("./operations.js").Schema} Schema
 * @typedef {import("./operations.js").Verbs} Verbs
 */

/**
 * Where creates and calls take pictures and sounds as bytes, nested places too.
 * @param {Contract} document
 * @param {Record<string, Verbs>} operations
 * @returns {Record<string, Record<string, object>>} by operation and path
 */
function mediaPlaces(document, operations) {
  /** @type {Record<string, Record<string, object>>} */
  const table = {};
  for (const [name, verbs] of Object.entries(operations)) {
    const places = placesIn(document, requestSchema(document, mainEndpoint(verbs)), []);
    if (places.length > 0) table[name] = Object.fromEntries(places);
  }
  return table;
}

/**
 * The names of these fields, and whether each holds one of them or a list.
 * @param {Record<string, Record<string, object>>} table
 * @returns {Record<string, "one" | "list">}
 */
function mediaNames(table) {
  const paths = Object.values(table).flatMap((places) => Object.keys(places).map((path) => path.split(".")));
  const names = paths.map((path) => [path.findLast((part) => part !== "*"), path.at(-1) === "*" ? "list" : "one"]);
  return Object.fromEntries(names.sort());
}

/**
 * @param {Contract} document
 * @param {Record<string, Verbs>} operations
 * @returns {string} the module `media-fields.ts`
 */
export function renderMediaFields(document, operations) {
  const table = mediaPlaces(document, operations);
  const names = Object.keys(mediaNames(table));
  return `${banner}
import type { MediaField } from "../src/operation.js";

/** Names of the fields that take a picture or a sound, or a list of them. */
export type MediaFieldName = ${names.map((name) => JSON.stringify(name)).join(" | ")};

/** The fields of each create and call that take the bytes of a picture or a sound; \`*\` in a path is any item of a list. */
export const mediaFields: Readonly<Record<string, Readonly<Record<string, MediaField>>>> = ${literal(table)};
`;
}

/**
 * @param {Contract} document
 * @param {Record<string, Verbs>} operations
 * @returns {string} the module `media-names.ts`, which every client carries
 */
export function renderMediaNames(document, operations) {
  return `${banner}
/** Names of the fields that take a picture or a sound, and whether each holds one of them or a list. */
export const mediaNames: Readonly<Record<string, "one" | "list">> = ${literal(mediaNames(mediaPlaces(document, operations)))};
`;
}

/**
 * @param {Contract} document
 * @param {Schema} raw
 * @param {string[]} path
 * @returns {[string, object][]}
 */
function placesIn(document, raw, path) {
  const schema = resolveSchema(document, raw);
  const { "x-image-limits": image, "x-audio-limits": audio } = schema;
  if (image) return [[path.join("."), { image }]];
  // A field that is named as an address takes no bytes.
  if (audio && !path.at(-1)?.endsWith("_url")) return [[path.join("."), { audio }]];
  const items = schema.items ? placesIn(document, schema.items, [...path, "*"]) : [];
  const fields = Object.entries(schema.properties ?? {});
  return [...items, ...fields.flatMap(([name, child]) => placesIn(document, child, [...path, name]))];
}
