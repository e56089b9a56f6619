import { mainEndpoint, requestSchema, successAnswer } from "./operations.js";
import { resolveSchema } from "./schemas.js";

/**
 * @typedef {import("./operations.js").Contract} Contract
 * @typedef {import("./operations.js").Verbs} Verbs
 */

/**
 * One row for each operation: what the contract has of it and what is on record. The documentation adds which server has it.
 * @param {Contract} document
 * @param {Record<string, Verbs>} operations
 * @returns {string} the file `coverage.json`
 */
export function renderCoverage(document, operations) {
  const rows = Object.entries(operations).map(([name, verbs]) => {
    const main = mainEndpoint(verbs);
    return {
      operation: name,
      method: main.method,
      path: main.path,
      gatewayStatus: main.operation["x-cometapi-status"],
      inSpec: true,
      verbs: Object.keys(verbs),
      requestOnRecord: isOnRecord(document, requestSchema(document, main)),
      answerOnRecord: isOnRecord(document, successAnswer(document, main.operation).data),
    };
  });
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/**
 * @param {Contract} document
 * @param {import("./operations.js").Schema} schema
 */
function isOnRecord(document, schema) {
  return resolveSchema(document, schema)["x-evidence"]?.mark !== "none";
}
