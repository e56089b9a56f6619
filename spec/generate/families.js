import { banner } from "./banner.js";
import { literal } from "./catalogue.js";
import { parameters, required, successAnswer } from "./operations.js";
import { lookUp, referenceName, resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./operations.js").Contract} Contract
 * @typedef {import("./operations.js").Endpoint} Endpoint
 * @typedef {import("./operations.js").Verbs} Verbs
 * @typedef {{ row: Record<string, any>, request: string, task: string, words: string }} FamilySource `request` and `task` are
 * types, `words` what an editor shows
 */

/**
 * A task family: its row of the table and its types.
 * @param {Contract} document
 * @param {{ name: string, discontinued?: string | undefined }} named `discontinued`: the day on which its route was
 * @param {Endpoint} submit
 * @param {Verbs} verbs
 * @returns {FamilySource}
 */
export function describeFamily(document, { name, discontinued }, submit, verbs) {
  const body = submit.operation.requestBody.content["application/json"].schema;
  const requestName = required(referenceName(body), `${name}: the request body must be a named component`);
  const task = taskComponent(document, verbs);
  const timing = submit.operation["x-timing"] ?? {};
  const poll = timing.pollSeconds ?? [5, 15];
  return {
    request: component(requestName),
    task: component(task),
    words: describeOperation(submit.operation, { cost: "**Paid**.", discontinued }),
    row: {
      kind: "family",
      name,
      path: submit.path,
      gatewayStatus: submit.operation["x-cometapi-status"],
      externalTaskId: submit.operation["x-external-task-id"],
      findByExternalId: verbs.get !== undefined && acceptsExternalId(document, verbs.get),
      list: verbs.list !== undefined,
      firstPollMs: (timing.firstPollSeconds ?? 10) * 1000,
      pollMs: poll.map((/** @type {number} */ seconds) => seconds * 1000),
    },
  };
}

/**
 * @param {Contract} document
 * @param {Endpoint} get
 */
function acceptsExternalId(document, get) {
  const id = parameters(document, get.operation).find((parameter) => parameter.in === "path");
  return id?.["x-accepts"]?.includes("external_task_id") ?? true;
}

/**
 * The component that holds the family's task, found behind the 200 answer's `data`.
 * @param {Contract} document
 * @param {Verbs} verbs
 */
function taskComponent(document, { get, submit }) {
  const { operation } = required(get ?? submit, "a family must have a submit endpoint");
  const { data } = successAnswer(document, operation);
  return required(referenceName(data), `${operation.operationId}: data must be a named component`);
}

/**
 * Kinds of results and the component of one item: `{ videos: "VideoResult" }`.
 * @param {Contract} document
 * @param {Verbs} verbs
 */
export function resultKinds(document, verbs) {
  const task = resolveSchema(document, lookUp(document, `#/components/schemas/${taskComponent(document, verbs)}`));
  const result = task.properties?.task_result ? resolveSchema(document, task.properties.task_result) : {};
  const lists = Object.entries(result.properties ?? {}).filter(([, schema]) => schema.items !== undefined);
  return Object.fromEntries(lists.map(([kind, schema]) => [kind, referenceName(schema.items) ?? "unknown"]));
}

/**
 * What an editor shows over `kling.<name>`.
 * @param {Record<string, any>} operation OpenAPI's operation object
 * @param {{ cost: string, discontinued?: string | undefined }} facts
 */
export function describeOperation(operation, { cost, discontinued }) {
  const gateway = gatewayWords[operation["x-cometapi-status"]];
  return [
    `${operation.summary}. ${discontinued ? `**Discontinued** on ${discontinued}: Kling refuses it.` : cost}`,
    String(operation.description ?? "")
      .trim()
      .replaceAll(/\s+/g, " "),
    ...(gateway ? [`CometAPI: ${gateway}`] : []),
  ].join("\n\n");
}

/** @type {Record<string, string>} */
const gatewayWords = {
  undocumented: "not documented.",
  unavailable: "not served.",
  discontinued: "discontinued.",
};

/** @param {string} words */
function comment(words) {
  return `  /**\n${words
    .split("\n")
    .map((line) => `   * ${line}`.trimEnd())
    .join("\n")}\n   */\n`;
}

/** @param {string} name */
export function component(name) {
  return `components["schemas"]["${name}"]`;
}

/**
 * @param {Record<string, FamilySource>} families
 * @param {Record<string, import("./calls.js").CallSource>} calls
 * @returns {string} the module `families.ts`
 */
export function renderFamilies(families, calls) {
  const familyTypes = Object.entries(families).map(
    ([name, { request, task, words }]) =>
      `${comment(words)}  readonly ${name}: { readonly request: Body<${request}>; readonly task: ${task} };`,
  );
  const callTypes = Object.entries(calls).map(
    ([name, { request, answer, words }]) =>
      `${comment(words)}  readonly ${name}: { readonly request: Body<${request}>; readonly answer: ${answer} };`,
  );
  return `${banner}
import type { Body } from "../src/body.js";
import type { Call, Family } from "../src/operation.js";
import { withDefaults } from "../src/with-defaults.js";
import type { components${callTypes.some((line) => line.includes("operations[")) ? ", operations" : ""} } from "./schema.js";

/** Request and task types of each family. */
export interface FamilyTypes {
${familyTypes.join("\n")}
}

/** Body (or query) and answer types of each call; the answer is the envelope's \`data\`. */
export interface CallTypes {
${callTypes.join("\n")}
}

/** Every task family, by name: what client, simulator and command line iterate over. */
export const families: Readonly<Record<keyof FamilyTypes, Family>> = ${table(families, "FamilyTypes", "Family")};

/** Every call that answers at once, by name. */
export const calls: Readonly<Record<keyof CallTypes, Call>> = ${table(calls, "CallTypes", "Call")};
`;
}

/**
 * A table as source: what most rows have in common is written once, because every client carries it.
 * @param {Record<string, { row: Record<string, any> }>} sources
 * @param {string} types the interface whose keys are the rows' names
 * @param {string} rowType
 */
function table(sources, types, rowType) {
  const rows = Object.entries(sources).map(
    ([
      key,
      {
        row: { name: _, ...row },
      },
    ]) => /** @type {const} */ ([key, row]),
  );
  const fields = [...new Set(rows.flatMap(([, row]) => Object.keys(row)))];
  const defaults = Object.fromEntries(fields.map((field) => [field, mostCommon(rows.map(([, row]) => row[field]))]));
  const special = rows.map(([key, row]) => [
    key,
    Object.fromEntries(Object.entries(row).filter(([field, value]) => !isEqual(value, defaults[field]))),
  ]);
  return `/* @__PURE__ */ withDefaults<keyof ${types}, ${rowType}>(${literal(defaults)}, ${literal(Object.fromEntries(special))})`;
}

/**
 * A value that at least two of the rows have, the most common one; undefined where all differ.
 * @param {unknown[]} values
 */
function mostCommon(values) {
  const count = (/** @type {unknown} */ value) => values.filter((other) => isEqual(other, value)).length;
  const best = values.reduce((best, value) => (count(value) > count(best) ? value : best), values[0]);
  return count(best) > 1 ? best : undefined;
}

/**
 * @param {unknown} left
 * @param {unknown} right
 */
function isEqual(left, right) {
  return JSON.stringify(left) === JSON.stringify(right);
}
