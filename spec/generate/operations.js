import { checkOperationName } from "./operation-names.js";
import { lookUp, referenceName, resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./schemas.js").Contract} Contract
 * @typedef {import("./schemas.js").Schema} Schema
 * @typedef {{ path: string, method: "GET" | "POST", operation: Record<string, any> }} Endpoint one path with one method; `operation` is OpenAPI's operation object
 * @typedef {Partial<Record<"submit" | "get" | "list" | "call", Endpoint>>} Verbs the endpoints of one family, or the one of a call
 */

/**
 * Every operation, a family or a call, by the name its endpoints carry in `x-klingkit-operation`, in the document's order.
 * @param {Contract} document
 * @returns {Record<string, Verbs>}
 */
export function collectOperations(document) {
  /** @type {Record<string, Record<string, Endpoint>>} */
  const byName = {};
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const name = operation?.["x-klingkit-operation"];
      const verb = operation?.["x-klingkit-verb"];
      if (!name) continue;
      checkOperationName(name);
      byName[name] ??= {};
      if (byName[name][verb]) throw new Error(`${name} has two endpoints with the verb ${verb}.`);
      byName[name][verb] = { path, method: method === "get" ? "GET" : "POST", operation };
    }
  }
  for (const [name, verbs] of Object.entries(byName)) {
    const alone = verbs.call !== undefined && Object.keys(verbs).length === 1;
    if (!alone && (verbs.call || !verbs.submit)) {
      throw new Error(`${name} must have a submit endpoint, or be one call; it has ${Object.keys(verbs).join(", ")}.`);
    }
  }
  return byName;
}

/**
 * The endpoint that carries an operation out: a family's submit, or the call itself.
 * @param {Verbs} verbs
 * @returns {Endpoint}
 */
export function mainEndpoint({ submit, call }) {
  return required(submit ?? call, "An operation must have a submit endpoint, or be a call.");
}

/**
 * What an endpoint takes: the body's schema, or the query parameters as if they were one object.
 * @param {Contract} document
 * @param {Endpoint} source
 * @returns {Schema}
 */
export function requestSchema(document, { method, operation }) {
  return method === "POST"
    ? operation.requestBody.content["application/json"].schema
    : querySchema(document, operation);
}

/**
 * @param {Contract} document
 * @param {Record<string, any>} operation
 * @returns {Schema}
 */
export function querySchema(document, operation) {
  const query = parameters(document, operation).filter((parameter) => parameter.in === "query");
  return {
    type: "object",
    required: query.filter((parameter) => parameter.required).map((parameter) => parameter.name),
    properties: Object.fromEntries(
      query.map(({ name, description, schema }) => [name, { description, ...resolveSchema(document, schema) }]),
    ),
  };
}

/**
 * @param {Contract} document
 * @param {Record<string, any>} operation
 * @returns {Record<string, any>[]}
 */
export function parameters(document, operation) {
  return (operation.parameters ?? []).map((/** @type {any} */ parameter) =>
    parameter.$ref ? lookUp(document, parameter.$ref) : parameter,
  );
}

/**
 * The 200 answer on success: its component's name and the schema of its `data`.
 * @param {Contract} document
 * @param {Record<string, any>} operation
 * @returns {{ name: string, data: Schema }}
 */
export function successAnswer(document, operation) {
  const schema = operation.responses["200"].content["application/json"].schema;
  const success = schema.anyOf?.[0] ?? schema;
  const data = resolveSchema(document, success).properties?.data;
  return {
    name: required(referenceName(success), `${operation.operationId}: the answer must be a named component`),
    data: required(data, `${operation.operationId}: the answer must have data`),
  };
}

/**
 * @template T
 * @param {T | undefined} value
 * @param {string} message
 * @returns {T}
 */
export function required(value, message) {
  if (value === undefined) throw new Error(message);
  return value;
}
