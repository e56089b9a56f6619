import type { ApiDocument, Schema } from "./document.js";

/** A row of a table of fields. */
export interface FieldRow {
  /** Dotted where it is nested, `[]` after a list. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  /** Limits, choices and defaults, one sentence each. */
  readonly facts: readonly string[];
  /** How sure it is; "" where nothing is said. */
  readonly mark: string;
}

const deepest = 5;

/** Every field of a schema, those of its objects and lists below them. */
export function fieldRows(document: ApiDocument, schema: Schema, prefix = "", depth = 0): FieldRow[] {
  const whole = document.resolve(schema);
  const variants = alternatives(document, whole);
  if (variants.length > 0) return distinct(variants.flatMap((variant) => fieldRows(document, variant, prefix, depth)));
  if (whole.items) return fieldRows(document, whole.items as Schema, `${prefix.replace(/\.$/, "")}[].`, depth);
  const required = (whole.required as string[] | undefined) ?? [];
  return Object.entries((whole.properties ?? {}) as Record<string, Schema>).flatMap(([name, part]) => {
    const row = fieldRow(document, prefix + name, part, required.includes(name));
    return depth >= deepest ? [row] : [row, ...fieldRows(document, part, `${prefix}${name}.`, depth + 1)];
  });
}

/** A parameter of a path or a query as a row. */
export function parameterRow(document: ApiDocument, parameter: Schema): FieldRow {
  const row = fieldRow(
    document,
    String(parameter.name),
    (parameter.schema ?? {}) as Schema,
    parameter.required === true,
  );
  const where = parameter.in === "path" ? "part of the path" : String(parameter.in);
  return {
    ...row,
    type: `${row.type}, ${where}`,
    description: String(parameter.description ?? row.description),
    mark: markOf(parameter) || row.mark,
  };
}

function fieldRow(document: ApiDocument, name: string, schema: Schema, required: boolean): FieldRow {
  const whole = document.resolve(schema);
  return {
    name,
    type: typeName(document, whole),
    required,
    description: String(whole.description ?? ""),
    facts: factsOf(whole),
    mark: markOf(whole),
  };
}

export function markOf(source: Schema): string {
  const { mark = "", real } = (source["x-evidence"] ?? {}) as { readonly mark?: string; readonly real?: boolean };
  return real ? `${mark}, real` : mark;
}

/** What may stand in a schema's place; a refusal beside an answer has a page of its own. */
function alternatives(document: ApiDocument, { anyOf, oneOf }: Schema): Schema[] {
  const all = ((anyOf ?? oneOf ?? []) as Schema[]).filter(({ $ref }) => $ref !== "#/components/schemas/ServiceError");
  return all.map((variant) => document.resolve(variant));
}

function typeName(document: ApiDocument, schema: Schema): string {
  const variants = alternatives(document, schema);
  if (variants.length > 0) return [...new Set(variants.map((variant) => typeName(document, variant)))].join(" or ");
  const types = [schema.type ?? (schema.properties ? "object" : "any")].flat() as string[];
  const words = types.map((type) => {
    if (type !== "array") return type;
    return schema.items ? `list of ${typeName(document, document.resolve(schema.items as Schema))}` : "list";
  });
  return words.join(" or ");
}

function factsOf(schema: Schema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema as Record<string, number | undefined>;
  const discontinued = (schema["x-discontinued-values"] ?? []) as unknown[];
  const served = ((schema["x-known-values"] ?? []) as unknown[]).filter((value) => !discontinued.includes(value));
  return [
    list("One of", (schema.enum ?? []) as unknown[]),
    "const" in schema ? `Always \`${schema.const}\`.` : "",
    list("Known:", served),
    list("Discontinued:", discontinued),
    list("Unsettled:", Object.keys((schema["x-open-values"] ?? {}) as object)),
    range(minimum, maximum, ""),
    range(minLength, maxLength, " characters"),
    range(minItems, maxItems, " items"),
    "x-gateway-max-length" in schema ? `CometAPI's page says at most ${schema["x-gateway-max-length"]}.` : "",
    schema.default === undefined ? "" : `Default \`${JSON.stringify(schema.default)}\`.`,
  ].filter((fact) => fact !== "");
}

function list(word: string, values: readonly unknown[]): string {
  return values.length === 0 ? "" : `${word} ${values.map((value) => `\`${value}\``).join(", ")}.`;
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return `From ${least} to ${most}${unit}.`;
  if (most !== undefined) return `At most ${most}${unit}.`;
  return least === undefined || (least <= 1 && unit === " characters") ? "" : `At least ${least}${unit}.`;
}

function distinct(rows: readonly FieldRow[]): FieldRow[] {
  return [...new Map(rows.map((row) => [row.name, row])).values()];
}
