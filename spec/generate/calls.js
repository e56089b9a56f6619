import { component, describeOperation } from "./families.js";
import { successAnswer } from "./operations.js";
import { referenceName } from "./schemas.js";

/**
 * @typedef {import("./operations.js").Contract} Contract
 * @typedef {import("./operations.js").Endpoint} Endpoint
 * @typedef {{ row: Record<string, any>, request: string, answer: string, words: string }} CallSource `request` and `answer` are types, `words`
 * what an editor shows
 */

/**
 * A call that answers at once: its row of the table and its types.
 * @param {Contract} document
 * @param {{ name: string, free: readonly string[] }} names its name, and the names of the calls that cost nothing
 * @param {Endpoint} call
 * @returns {CallSource}
 */
export function describeCall(document, { name, free }, call) {
  const { operation, path, method } = call;
  const isFree = free.includes(name);
  return {
    request: requestType(call),
    answer: `${component(successAnswer(document, operation).name)}["data"]`,
    words: describeOperation(operation, { cost: isFree || method === "GET" ? "**Free**." : "**Paid** at once." }),
    row: {
      kind: "call",
      name,
      path,
      method,
      gatewayStatus: operation["x-cometapi-status"],
      dialects: operation["x-cometapi-path"] === "none" ? ["kling"] : ["cometapi", "kling"],
      isFree,
    },
  };
}

/** @param {Endpoint} call */
function requestType({ operation, method }) {
  if (method === "GET") return `NonNullable<operations["${operation.operationId}"]["parameters"]["query"]>`;
  const name = referenceName(operation.requestBody.content["application/json"].schema);
  if (!name) throw new Error(`${operation.operationId}: the request body must be a named component`);
  return component(name);
}
