import { banner } from "./banner.js";
import { literal } from "./catalogue.js";
import { mainEndpoint, requestSchema } from "./operations.js";
import { fieldsByDialect } from "./profiles.js";
import { resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./operations.js").Contract} Contract
 * @typedef {import("./operations.js").Verbs} Verbs
 */

/** Keywords the rules read, and their names there. */
const keywords = {
  default: "default",
  "x-gateway-max-length": "gatewayMaxLength",
  "x-open-values": "openValues",
  "x-alias-of": "aliasOf",
  "x-clamped": "clamped",
};

/**
 * The facts about each operation's body that the rules need: a small part of its fields and its profile, so
 * that a pre-flight check in a browser carries no help texts.
 * @param {Contract} document
 * @param {Record<string, Verbs>} operations
 * @returns {string} the module `facts.ts`
 */
export function renderFacts(document, operations) {
  const facts = Object.entries(operations).map(([name, verbs]) => [
    name,
    describeRequest(document, resolveSchema(document, requestSchema(document, mainEndpoint(verbs)))),
  ]);
  return `${banner}
import type { RequestFacts } from "../src/rules/facts.js";

/** The facts about each operation's body that the rules need. */
export const requestFacts: Readonly<Record<string, RequestFacts>> = ${literal(Object.fromEntries(facts))};
`;
}

/**
 * What counting slots needs, apart from the other facts: every client carries it.
 * @param {Contract} document
 * @param {Record<string, Verbs>} operations
 * @returns {string} the module `slot-facts.ts`
 */
export function renderSlotFacts(document, operations) {
  const counts = Object.entries(operations).flatMap(([name, verbs]) => {
    const request = verbs.submit && resolveSchema(document, requestSchema(document, verbs.submit));
    const { model_name, n, series_amount } = request?.properties ?? {};
    return model_name && n ? [[name, resolveSchema(document, series_amount ?? n).default]] : [];
  });
  return `${banner}
/** The operations whose models make several pictures: how many, where a request for a series or for pictures does not say it. */
export const pictureCounts: Readonly<Record<string, number>> = ${literal(Object.fromEntries(counts))};
`;
}

/**
 * @param {Contract} document
 * @param {import("./schemas.js").Schema} request
 */
function describeRequest(document, request) {
  const fields = Object.entries(request.properties ?? {}).map(([name, raw]) => [
    name,
    pick(resolveSchema(document, raw)),
  ]);
  return withoutEmpty({
    required: request.required ?? [],
    relaxed: fieldsByDialect(document, request, "x-relaxed"),
    requiredIn: fieldsByDialect(document, request, "x-required-in"),
    nested: fields.some(([name]) => name === "input") ? "input." : "",
    hasModel: fields.some(([name]) => name === "model_name") || undefined,
    fields: Object.fromEntries(fields.filter(([, notes]) => Object.keys(notes).length > 0)),
  });
}

/** @param {import("./schemas.js").Schema} schema */
function pick(schema) {
  const notes = Object.entries(keywords).map(([keyword, name]) => [name, schema[keyword]]);
  return Object.fromEntries(notes.filter(([, value]) => value !== undefined));
}

/** @param {Record<string, any>} record */
function withoutEmpty(record) {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value === true || Object.keys(value ?? {}).length > 0),
  );
}
