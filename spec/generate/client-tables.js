import { banner } from "./banner.js";
import { literal } from "./catalogue.js";

/** @typedef {{ name: string, remedy: string, read: string, create: string }} ErrorRow */

/**
 * The parts of the catalogue that every client carries, without what only a server needs: texts, statuses, notes.
 * @param {import("./catalogue.js").Catalogue} catalogue
 * @returns {string} the module `client-tables.ts`
 */
export function renderClientTables({ dialects, errors, statuses }) {
  const servers = Object.entries(dialects).map(([name, { baseUrl, list }]) => [name, { baseUrl, list }]);
  const refusals = {
    service: [
      ...entries(errors.serviceTexts, ({ code, startsWith }) => `${code} ${startsWith}`),
      ...entries(errors.service, ({ code }) => `${code} `),
    ],
    gateway: entries(errors.gateway, ({ status, code }) => (code === "*" ? `${status} ` : `${status} ${code} `)),
    "task-layer": entries(errors.taskLayer, ({ code }) => `${code} `),
    "null-code": entries(errors.nullCode, ({ text }) => ` ${text}`),
  };
  const failures = errors.taskFailures.map(
    (/** @type {{ text: string, name: string, retry: string, remedy: string }} */ { text, name, retry, remedy }) => [
      // Its first sentence is enough to know it by, with or without the full stop.
      text.toLowerCase().split(/\.(?: |$)/, 1)[0],
      name,
      remedy,
      ...(retry === "after-fix" ? [] : [retry]),
    ],
  );
  return `${banner}
import type { FailureEntry, Refusals, TaskEnd, TaskEndRow } from "../src/catalogue-types.js";
import type { Dialect, DialectRow } from "../src/dialect.js";

/** Where each dialect is spoken, and whether its families have lists. */
export const servers: Readonly<Record<Dialect, Pick<DialectRow, "baseUrl" | "list">>> = ${literal(Object.fromEntries(servers))};

/** Every refusal on record, by the answer's shape; the first entry that fits counts. */
export const refusals: Refusals = ${literal(refusals)};

/** Why an accepted task can end as failed. */
export const failures: readonly FailureEntry[] = ${literal(failures)};

/** Words for the end of a task, in lower case. */
export const taskEnds: Readonly<Record<TaskEnd, TaskEndRow>> = ${literal(statuses)};
`;
}

/**
 * @param {(ErrorRow & Record<string, any>)[]} rows
 * @param {(row: Record<string, any>) => string} startOf
 */
function entries(rows, startOf) {
  return rows.map((row) => {
    const verdicts = row.read === "after-fix" && row.create === "after-fix" ? [] : [row.read, row.create];
    return [startOf(row), row.name, row.remedy, ...verdicts];
  });
}
