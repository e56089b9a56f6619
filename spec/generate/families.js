import { banner } from "./banner.js";
import { literal } from "./catalogue.js";
import { parameters, required, successAnswer } from "./operations.js";
import { lookUp, referenceName, resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./operations.js").Contract} Contract
 * @typedef {import("./operations.js").Operation} Operation
 * @typedef {import("./operations.js").Verbs} Verbs
 * @typedef {{ row: Record<string, any>, request: string, task: string }} FamilySource `request` and `task` are types
 */

/**
 * A task family: its row of the table and its types.
 * @param {Contract} document
 * @param {string} name
 * @param {Operation} submit
 * @param {Verbs} verbs
 * @returns {FamilySource}
 */
export function describeFamily(document, name, submit, verbs) {
  const body = submit.operation.requestBody.content["application/json"].schema;
  const requestName = required(referenceName(body), `${name}: the request body must be a named component`);
  const task = taskComponent(document, verbs.get ?? submit);
  const timing = submit.operation["x-timing"] ?? {};
  const poll = timing.pollSeconds ?? [5, 15];
  return {
    request: component(requestName),
    task: component(task),
    row: {
      name,
      path: submit.path,
      gatewayStatus: submit.operation["x-cometapi-status"],
      externalTaskId: submit.operation["x-external-task-id"],
      findByExternalId: verbs.get !== undefined && acceptsExternalId(document, verbs.get),
      list: verbs.list !== undefined,
      results: resultKinds(document, task),
      firstPollMs: (timing.firstPollSeconds ?? 10) * 1000,
      pollMs: poll.map((/** @type {number} */ seconds) => seconds * 1000),
    },
  };
}

/**
 * @param {Contract} document
 * @param {Operation} get
 */
function acceptsExternalId(document, get) {
  const id = parameters(document, get.operation).find((parameter) => parameter.in === "path");
  return id?.["x-accepts"]?.includes("external_task_id") ?? true;
}

/**
 * The component that holds the family's task, found behind the 200 answer's `data`.
 * @param {Contract} document
 * @param {Operation} source
 */
function taskComponent(document, { operation }) {
  const { data } = successAnswer(document, operation);
  return required(referenceName(data), `${operation.operationId}: data must be a named component`);
}

/**
 * Kinds of results and the component of one item: `{ videos: "VideoResult" }`.
 * @param {Contract} document
 * @param {string} taskName
 */
function resultKinds(document, taskName) {
  const task = resolveSchema(document, lookUp(document, `#/components/schemas/${taskName}`));
  const result = task.properties?.task_result ? resolveSchema(document, task.properties.task_result) : {};
  const lists = Object.entries(result.properties ?? {}).filter(([, schema]) => schema.items !== undefined);
  return Object.fromEntries(lists.map(([kind, schema]) => [kind, referenceName(schema.items) ?? "unknown"]));
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
    ([name, { request, task }]) => `  readonly ${name}: { readonly request: ${request}; readonly task: ${task} };`,
  );
  const callTypes = Object.entries(calls).map(
    ([name, { request, answer }]) =>
      `  readonly ${name}: { readonly request: ${request}; readonly answer: ${answer} };`,
  );
  return `${banner}
import type { Call, Family } from "../src/family.js";
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
export const families = ${rows(families)} as const satisfies Readonly<Record<string, Family>>;

/** Every call that answers at once, by name. */
export const calls = ${rows(calls)} as const satisfies Readonly<Record<string, Call>>;
`;
}

/** @param {Record<string, { row: Record<string, any> }>} sources */
function rows(sources) {
  return literal(Object.fromEntries(Object.entries(sources).map(([name, { row }]) => [name, row])));
}
