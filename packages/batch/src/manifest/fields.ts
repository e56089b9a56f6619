import { families, parseJson, type RequestField, requestFields } from "@klingkit/spec";
import { nearestName } from "@klingkit/spec/rules";
import type { FieldProblem, Problem } from "../row.js";

/** Columns that speak of the row, and are no fields of the request. `error` stands in the manifest of failed rows. */
const ownColumns = new Set(["id", "family", "error"]);

/** Converts a row's cells to the types of the request's fields. Adds what can't be converted to the problems. */
export function convertFields(
  family: string,
  fields: Readonly<Record<string, unknown>>,
  problems: FieldProblem[],
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
        remedy: meant(column, [...known.keys(), ...ownColumns]),
      });
    else if (column === "external_task_id") problems.push(ownIdProblem);
    else if (value !== null && value !== undefined) body[column] = convert(field, value, problems);
  }
  return body;
}

const ownIdProblem = {
  column: "external_task_id",
  what: "A batch chooses the external_task_id of each row.",
  remedy: "Name the row in the column id.",
};

/** What is wrong with the names of defaults. One that no family has a field for would be left out of every row. */
export function checkDefaults(defaults: Readonly<Record<string, unknown>>): Problem[] {
  const known = [...new Set(Object.keys(families).flatMap((family) => [...byName(family).keys()]))];
  return Object.keys(defaults).flatMap((column) => {
    if (column === "external_task_id") return ownIdProblem;
    if (known.includes(column)) return [];
    return { column, what: `No family has a field "${column.slice(0, 60)}".`, remedy: meant(column, known) };
  });
}

/** The defaults that the family has fields for: rows of other families in the manifest may need the others. */
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
function convert(field: RequestField, value: unknown, problems: FieldProblem[]): unknown {
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
function meant(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest ? `Did you mean ${nearest}?` : "Remove it, or see the fields in the reference.";
}
