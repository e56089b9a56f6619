import { banner } from "./banner.js";
import { literal } from "./catalogue.js";
import { mainEndpoint, querySchema, requestSchema } from "./operations.js";
import { resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./operations.js").Contract} Contract
 * @typedef {import("./operations.js").Schema} Schema
 * @typedef {import("./operations.js").Verbs} Verbs
 */

/**
 * What each operation does, what each create and each call takes, and what each list takes.
 * @param {Contract} document
 * @param {Record<string, Verbs>} operations
 * @returns {string} the module `fields.ts`
 */
export function renderFields(document, operations) {
  /** @type {Record<string, object[]>} */
  const requests = {};
  /** @type {Record<string, object[]>} */
  const lists = {};
  /** @type {Record<string, string>} */
  const summaries = {};
  for (const [name, verbs] of Object.entries(operations)) {
    const main = mainEndpoint(verbs);
    requests[name] = describeFields(document, resolveSchema(document, requestSchema(document, main)));
    summaries[name] = main.operation.summary;
    if (verbs.list) lists[name] = describeFields(document, querySchema(document, verbs.list.operation));
  }
  return `${banner}
import type { RequestField } from "../src/operation.js";

/** The fields that each family's create and each call take, by operation, in the contract's order. */
export const requestFields: Readonly<Record<string, readonly RequestField[]>> = ${literal(requests)};

/** What each operation does, in one line. */
export const operationSummaries: Readonly<Record<string, string>> = ${literal(summaries)};

/** The query parameters of each family's list. */
export const listFields: Readonly<Record<string, readonly RequestField[]>> = ${literal(lists)};
`;
}

/**
 * The request's fields, flat, for help texts, reference pages and pre-flight checks.
 * @param {Contract} document
 * @param {Schema} request
 */
function describeFields(document, request) {
  return Object.entries(request.properties ?? {}).map(([name, raw]) =>
    describeField(name, mergeAlternatives(resolveSchema(document, raw)), (request.required ?? []).includes(name)),
  );
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @param {boolean} required
 */
function describeField(name, schema, required) {
  return compact({
    name,
    type: Array.isArray(schema.type) ? schema.type[0] : schema.type,
    required,
    description: schema.description?.trim().replaceAll(/\s+/g, " "),
    default: schema.default,
    values: schema.enum ?? schema["x-known-values"],
    closed: schema.enum && schema["x-closed"] !== false ? true : undefined,
    openValues: schema["x-open-values"],
    discontinuedValues: schema["x-discontinued-values"],
    aliasOf: schema["x-alias-of"],
    minimum: schema.minimum,
    maximum: schema.maximum,
    clamped: schema["x-clamped"],
    maxLength: schema.maxLength,
    gatewayMaxLength: schema["x-gateway-max-length"],
    minItems: schema.minItems,
    maxItems: schema.maxItems,
    image: schema["x-image-limits"],
    audio: schema["x-audio-limits"],
    video: schema["x-video-limits"],
  });
}

/**
 * A value of one type or one of some words (`2` to `9`, or "auto"), as one description.
 * @param {Schema} schema
 * @returns {Schema}
 */
function mergeAlternatives(schema) {
  if (!schema.anyOf) return schema;
  const words = schema.anyOf.flatMap((/** @type {Schema} */ part) => part.const ?? part.enum ?? []);
  const { anyOf, ...own } = schema;
  return { ...anyOf[0], ...own, enum: words, "x-closed": false };
}

/** @param {Record<string, unknown>} record */
function compact(record) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
