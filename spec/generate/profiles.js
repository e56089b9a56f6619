import { banner } from "./banner.js";
import { literal } from "./catalogue.js";
import { resultKinds } from "./families.js";
import { mainEndpoint, requestSchema } from "./operations.js";
import { resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./operations.js").Contract} Contract
 * @typedef {import("./operations.js").Schema} Schema
 * @typedef {import("./operations.js").Verbs} Verbs
 * @typedef {import("./catalogue.js").Catalogue} Catalogue
 */

/**
 * How each dialect answers, in general and operation by operation.
 * @param {Contract} document
 * @param {Record<string, Verbs>} operations
 * @param {Catalogue} catalogue
 * @returns {string} the module `profiles.ts`
 */
export function renderProfiles(document, operations, catalogue) {
  const dialects = Object.fromEntries(
    Object.entries(catalogue.dialects).map(([name, { answers: _, ...row }]) => [name, { name, ...row }]),
  );
  const profiles = Object.fromEntries(
    Object.entries(operations).map(([name, verbs]) => [name, describeProfile(document, verbs, catalogue)]),
  );
  return `${banner}
import type { Dialect, DialectRow, OperationProfile } from "../src/dialect.js";

/** How each of the two servers answers in general. */
export const dialects: Readonly<Record<Dialect, DialectRow>> = ${literal(dialects)};

/** How each operation answers in each dialect, what it needs, and how long its tasks take. */
export const profiles: Readonly<Record<string, OperationProfile>> = ${literal(profiles)};
`;
}

/**
 * @param {Contract} document
 * @param {Verbs} verbs
 * @param {Catalogue} catalogue
 */
function describeProfile(document, verbs, catalogue) {
  const main = mainEndpoint(verbs);
  const request = resolveSchema(document, requestSchema(document, main));
  return {
    gatewayStatus: Object.fromEntries(
      Object.entries(verbs).map(([verb, { operation }]) => [verb, operation["x-cometapi-status"]]),
    ),
    answers: answerProfiles(verbs, catalogue),
    situations: ownSituations(main.operation),
    typicalSeconds: main.operation["x-timing"]?.typicalSeconds ?? (verbs.submit ? { any: 120 } : { any: 0 }),
    results: verbs.submit ? resultKinds(document, verbs) : {},
    relaxed: fieldsByDialect(document, request, "x-relaxed"),
    requiredIn: fieldsByDialect(document, request, "x-required-in"),
  };
}

/**
 * How each dialect answers each verb: the dialect's defaults under the operation's own. A call starts from the
 * defaults of a get, which is what its answer looks like.
 * @param {Verbs} verbs
 * @param {Catalogue} catalogue
 */
function answerProfiles(verbs, catalogue) {
  return Object.fromEntries(
    Object.entries(verbs).map(([verb, { operation }]) => [
      verb,
      Object.fromEntries(
        Object.entries(catalogue.dialects).map(([dialect, row]) => {
          const { "x-evidence": _, situations: __, ...own } = operation["x-dialects"]?.[dialect] ?? {};
          return [dialect, { ...(row.answers[verb] ?? row.answers.get), ...own }];
        }),
      ),
    ]),
  );
}

/**
 * What can go wrong with this operation only, or differently than elsewhere.
 * @param {Record<string, any>} operation
 */
function ownSituations(operation) {
  const rows = Object.entries(operation["x-dialects"] ?? {}).map(([dialect, row]) => [dialect, row.situations]);
  return Object.fromEntries(rows.filter(([, situations]) => situations !== undefined));
}

/**
 * Fields a dialect treats in its own way, nested ones with dots: `{ cometapi: ["input.duration"] }`.
 * @param {Contract} document
 * @param {Schema} schema
 * @param {string} keyword
 * @param {string} [prefix]
 * @returns {Record<string, string[]>}
 */
export function fieldsByDialect(document, schema, keyword, prefix = "") {
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const [dialect, names] of Object.entries(schema[keyword] ?? {})) {
    found[dialect] = names.map((/** @type {string} */ name) => prefix + name);
  }
  for (const [name, raw] of Object.entries(schema.properties ?? {})) {
    const inner = fieldsByDialect(document, resolveSchema(document, raw), keyword, `${prefix}${name}.`);
    for (const [dialect, names] of Object.entries(inner)) found[dialect] = [...(found[dialect] ?? []), ...names];
  }
  return found;
}
