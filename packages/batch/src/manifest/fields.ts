import { parseJson, type RequestField, requestFields } from "@klingkit/spec";
import type { Problem } from "../row.js";

/** Columns that speak of the row, and are no fields of the request. `error` stands in the manifest of failed rows. */
const ownColumns = new Set(["id", "family", "error"]);

/** The request's fields, as their types want them. What can't be converted is added to the problems. */
export function convertFields(
  family: string,
  fields: Readonly<Record<string, unknown>>,
  problems: Omit<Problem, "line" | "row">[],
): Record<string, unknown> {
  const known = byName(family);
  const body: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(fields)) {
    if (ownColumns.has(column)) continue;
    const field = known.get(column);
    if (!field)
      problems.push({
        column,
        what: `${family} has no field "${column}".`,
        remedy: nearest(column, [...known.keys(), ...ownColumns]),
      });
    else if (column === "external_task_id")
      problems.push({ column, what: "A batch gives each row an own id.", remedy: "Name the row in the column id." });
    else if (value !== null && value !== undefined) body[column] = convert(field, value, problems);
  }
  return body;
}

/** Those that the family has: a default for all rows is none for a family without the field. */
export function knownFields(family: string, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => byName(family).has(name)));
}

const tables = new Map<string, Map<string, RequestField>>();

function byName(family: string): Map<string, RequestField> {
  const table = tables.get(family) ?? new Map((requestFields[family] ?? []).map((field) => [field.name, field]));
  tables.set(family, table);
  return table;
}

/** A cell of a table is text; in JSON a value has its type already. */
function convert(field: RequestField, value: unknown, problems: Omit<Problem, "line" | "row">[]): unknown {
  if (typeof value !== "string" || field.type === "string")
    return field.type === "string" && typeof value === "number" ? String(value) : value;
  const converted = converters[field.type]?.(value);
  if (converted === undefined)
    problems.push({
      column: field.name,
      what: `"${value.slice(0, 60)}" is not ${wanted[field.type] ?? "usable"}.`,
      remedy: "Correct the cell.",
    });
  return converted;
}

const number = (text: string) => (Number.isFinite(Number(text)) ? Number(text) : undefined);
const words: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  "1": true,
  false: false,
  no: false,
  "0": false,
};
const converters: Readonly<Record<string, (text: string) => unknown>> = {
  number,
  integer: number,
  boolean: (text) => words[text.toLowerCase()],
  object: json,
  array: json,
};
const wanted: Readonly<Record<string, string>> = {
  number: "a number",
  integer: "a number",
  boolean: "true or false",
  object: "a JSON object",
  array: "a JSON list",
};

function json(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Names what may have been meant. */
function nearest(name: string, known: readonly string[]): string {
  const [best] = known
    .map((one) => ({ one, apart: distance(name, one) }))
    .sort((left, right) => left.apart - right.apart);
  if (best && best.apart <= Math.max(2, name.length / 3)) return `Did you mean ${best.one}?`;
  return "Remove the column, or see the fields in the reference.";
}

/** How many letters have to be changed, added or left out. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
