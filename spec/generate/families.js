import { banner } from "./banner.js";
import { literal } from "./catalogue.js";
import { lookUp, referenceName, resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./schemas.js").Contract} Contract
 * @typedef {import("./schemas.js").Schema} Schema
 * @typedef {import("./catalogue.js").Catalogue} Catalogue
 * @typedef {{ name: string, table: Record<string, any>, profiles: Record<string, any>, request: Schema, requestName: string, taskName: string, fields: any[] }} FamilySource
 */

/**
 * Every family of the document, with what is derived from it.
 * @param {Contract} document
 * @param {Catalogue} catalogue
 * @returns {Record<string, FamilySource>}
 */
export function collectFamilies(document, catalogue) {
  /** @type {Record<string, Record<string, { path: string, operation: any }>>} */
  const byFamily = {};
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item)) {
      const name = operation?.["x-klingkit-family"];
      if (!name) continue;
      byFamily[name] ??= {};
      byFamily[name][operation["x-klingkit-verb"]] = { path, operation };
    }
  }
  return Object.fromEntries(
    Object.entries(byFamily).map(([name, verbs]) => [name, describeFamily(name, verbs, document, catalogue)]),
  );
}

/**
 * @param {string} name
 * @param {Record<string, { path: string, operation: any }>} verbs
 * @param {Contract} document
 * @param {Catalogue} catalogue
 * @returns {FamilySource}
 */
function describeFamily(name, verbs, document, catalogue) {
  const submit = verbs.submit;
  if (!submit) throw new Error(`Family ${name} has no submit operation.`);
  const requestSchema = submit.operation.requestBody.content["application/json"].schema;
  const request = resolveSchema(document, requestSchema);
  const taskName = taskComponent(document, verbs.get?.operation ?? submit.operation);
  const timing = submit.operation["x-timing"] ?? {};
  const poll = timing.pollSeconds ?? [5, 15];
  return {
    name,
    request,
    requestName: required(referenceName(requestSchema), `${name}: the request body must be a named component`),
    taskName,
    fields: describeFields(document, request),
    table: {
      name,
      path: submit.path,
      gatewayStatus: submit.operation["x-cometapi-status"],
      externalTaskId: submit.operation["x-external-task-id"],
      list: verbs.list !== undefined,
      results: resultKinds(document, taskName),
      firstPollMs: (timing.firstPollSeconds ?? 10) * 1000,
      pollMs: poll.map((/** @type {number} */ seconds) => seconds * 1000),
    },
    profiles: {
      answers: answerProfiles(verbs, catalogue),
      typicalSeconds: timing.typicalSeconds ?? { any: 120 },
      requiredFields: request.required ?? [],
      relaxed: request["x-relaxed"] ?? {},
    },
  };
}

/**
 * How each dialect answers each verb: the dialect's defaults under the operation's own.
 * @param {Record<string, { operation: any }>} verbs
 * @param {Catalogue} catalogue
 */
function answerProfiles(verbs, catalogue) {
  return Object.fromEntries(
    Object.entries(verbs).map(([verb, { operation }]) => [
      verb,
      Object.fromEntries(
        Object.entries(catalogue.dialects).map(([dialect, row]) => {
          const { "x-evidence": _, ...own } = operation["x-dialects"]?.[dialect] ?? {};
          return [dialect, { ...row.answers[verb], ...own }];
        }),
      ),
    ]),
  );
}

/**
 * The component that holds the family's task, found behind the 200 answer's `data`.
 * @param {Contract} document
 * @param {any} operation
 */
function taskComponent(document, operation) {
  const schema = operation.responses["200"].content["application/json"].schema;
  const success = resolveSchema(document, schema.anyOf?.[0] ?? schema);
  return required(referenceName(success.properties?.data), `${operation.operationId}: data must be a named component`);
}

/**
 * Kinds of results and the component of one item: `{ videos: "VideoResult" }`.
 * @param {Contract} document
 * @param {string} taskName
 */
function resultKinds(document, taskName) {
  const task = resolveSchema(document, lookUp(document, `#/components/schemas/${taskName}`));
  const result = task.properties?.task_result ? resolveSchema(document, task.properties.task_result) : {};
  return Object.fromEntries(
    Object.entries(result.properties ?? {}).map(([kind, schema]) => [kind, referenceName(schema.items) ?? "unknown"]),
  );
}

/**
 * The request's fields, flat, for help texts, reference pages and pre-flight checks.
 * @param {Contract} document
 * @param {Schema} request
 */
function describeFields(document, request) {
  return Object.entries(request.properties ?? {}).map(([name, raw]) => {
    const schema = resolveSchema(document, raw);
    const known = schema.enum ?? schema["x-known-values"];
    return compact({
      name,
      type: Array.isArray(schema.type) ? schema.type[0] : schema.type,
      required: (request.required ?? []).includes(name),
      description: schema.description?.trim().replaceAll(/\s+/g, " "),
      default: schema.default,
      values: known,
      closed: schema.enum ? true : undefined,
      retiredValues: schema["x-retired-values"],
      minimum: schema.minimum,
      maximum: schema.maximum,
      maxLength: schema.maxLength,
      gatewayMaxLength: schema["x-gateway-max-length"],
      maxItems: schema.maxItems,
      image: schema["x-image-limits"],
    });
  });
}

/** @param {Record<string, FamilySource>} families */
export function renderFamilies(families) {
  const types = Object.values(families).map(
    ({ name, requestName, taskName }) =>
      `  readonly ${name}: { readonly request: components["schemas"]["${requestName}"]; readonly task: components["schemas"]["${taskName}"] };`,
  );
  return `${banner}
import type { Family } from "../src/family.js";
import type { components } from "./schema.js";

/** Request and task types of each family. */
export interface FamilyTypes {
${types.join("\n")}
}

/** Every family, by name: what client, simulator and command line iterate over. */
export const families = ${literal(Object.fromEntries(Object.values(families).map(({ name, table }) => [name, table])))} as const satisfies Readonly<Record<string, Family>>;
`;
}

/**
 * @param {Record<string, FamilySource>} families
 * @param {Catalogue} catalogue
 */
export function renderProfiles(families, catalogue) {
  const dialects = Object.fromEntries(
    Object.entries(catalogue.dialects).map(([name, { answers: _, ...row }]) => [name, { name, ...row }]),
  );
  const profiles = Object.fromEntries(Object.values(families).map(({ name, profiles: rows }) => [name, rows]));
  return `${banner}
import type { Dialect, DialectRow, FamilyProfile } from "../src/dialect.js";

/** How each of the two servers answers in general. */
export const dialects: Readonly<Record<Dialect, DialectRow>> = ${literal(dialects)};

/** How each family's operations answer in each dialect, and how long its tasks take. */
export const profiles: Readonly<Record<string, FamilyProfile>> = ${literal(profiles)};
`;
}

/** @param {Record<string, FamilySource>} families */
export function renderFields(families) {
  const rows = Object.fromEntries(Object.values(families).map(({ name, fields }) => [name, fields]));
  return `${banner}
import type { RequestField } from "../src/family.js";

/** The fields each family's create takes, in the contract's order. */
export const requestFields: Readonly<Record<string, readonly RequestField[]>> = ${literal(rows)};
`;
}

/** @param {Record<string, unknown>} record */
function compact(record) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/**
 * @template T
 * @param {T | undefined} value
 * @param {string} message
 * @returns {T}
 */
function required(value, message) {
  if (value === undefined) throw new Error(message);
  return value;
}
