import { banner } from "./banner.js";
import { literal } from "./catalogue.js";
import { mainEndpoint, requestSchema } from "./operations.js";
import { resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./operations.js").Contract} Contract
 * @typedef {import("./operations.js").Verbs} Verbs
 * @typedef {import("./schemas.js").Schema} Schema
 */

/**
 * The names of every field that each create and each call takes, nested ones too.
 * @param {Contract} document
 * @param {Record<string, Verbs>} operations
 * @returns {string} the module `known-fields.ts`
 */
export function renderKnownFields(document, operations) {
  const rows = Object.entries(operations).map(([name, verbs]) => [
    name,
    Object.fromEntries(namesIn(document, requestSchema(document, mainEndpoint(verbs)), [])),
  ]);
  return `${banner}
/** The names of the fields of each create and call, by where they stand: "" for the body, \`list.*\` for an item of a list. */
export const knownFields: Readonly<Record<string, Readonly<Record<string, string>>>> = ${literal(Object.fromEntries(rows))};
`;
}

/**
 * @param {Contract} document
 * @param {Schema} raw
 * @param {string[]} path
 * @returns {[string, string][]}
 */
function namesIn(document, raw, path) {
  const schema = resolveSchema(document, raw);
  const items = schema.items ? namesIn(document, schema.items, [...path, "*"]) : [];
  const alternatives = (schema.anyOf ?? []).flatMap((/** @type {Schema} */ part) => namesIn(document, part, path));
  const fields = Object.entries(schema.properties ?? {});
  const nested = fields.flatMap(([name, child]) => namesIn(document, child, [...path, name]));
  const own =
    fields.length > 0
      ? [/** @type {[string, string]} */ ([path.join("."), fields.map(([name]) => name).join(" ")])]
      : [];
  return [...own, ...items, ...alternatives, ...nested];
}
