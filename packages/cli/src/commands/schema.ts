import { createRequire } from "node:module";
import { InputError } from "@klingkit/core";
import type { Io } from "../io.js";
import { operationName } from "../names.js";
import { outputNames, outputSchema } from "../output-schema.js";
import { printJson } from "../report.js";
import { nearest } from "../suggest.js";

export interface SchemaOptions {
  readonly request?: boolean;
  readonly response?: boolean;
  /** Of what a command prints, instead of what an operation takes. */
  readonly output?: boolean;
}

interface Content {
  readonly content?: { readonly "application/json"?: { readonly schema?: object } };
}

interface Endpoint {
  readonly "x-klingkit-operation"?: string;
  readonly "x-klingkit-verb"?: string;
  readonly parameters?: unknown;
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content>>;
}

/** The parts of the contract's document that are looked at. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Endpoint>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/**
 * `klingkit schema <operation>`: JSON Schema of the request or the response, with everything it refers to; with `--output`
 * of what a command prints.
 */
export async function schema(name: string, options: SchemaOptions, io: Io): Promise<void> {
  await printJson(io, options.output ? outputSchema(commandName(name)) : operationSchema(operationName(name), options));
}

/** @throws InputError for a command that prints no JSON, with the nearest one */
function commandName(name: string): string {
  if (outputNames.includes(name)) return name;
  const guess = nearest(name, outputNames);
  throw new InputError(
    `No command "${name.slice(0, 80)}" prints JSON.`,
    `${guess ? `Did you mean ${guess}? ` : ""}Use one of ${outputNames.join(", ")}.`,
  );
}

function operationSchema(operation: string, options: SchemaOptions): object {
  const document = createRequire(import.meta.url)("@klingkit/spec/openapi.json") as Document;
  const endpoints = Object.values(document.paths).flatMap((item) => Object.values(item));
  const of = (verbs: readonly string[]) =>
    endpoints.find(
      (endpoint) =>
        endpoint?.["x-klingkit-operation"] === operation && verbs.includes(endpoint["x-klingkit-verb"] ?? ""),
    );
  const submit = of(["submit", "call"]);
  const read = of(["get"]) ?? submit;
  const found = options.response
    ? read?.responses?.["200"]?.content?.["application/json"]?.schema
    : (submit?.requestBody?.content?.["application/json"]?.schema ?? { parameters: submit?.parameters });
  const whole = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `${operation}, ${options.response ? "response" : "request"}`,
    ...found,
  };
  const used = componentsIn(whole, document);
  return { ...whole, ...(Object.keys(used).length > 0 ? { components: { schemas: used } } : {}) };
}

/** Every component that a schema refers to, directly or not. */
function componentsIn(root: unknown, document: Document): Record<string, unknown> {
  const all = document.components.schemas;
  const used: Record<string, unknown> = {};
  const visit = (node: unknown): void => {
    for (const [, name = ""] of JSON.stringify(node ?? {}).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name in used) continue;
      used[name] = all[name];
      visit(all[name]);
    }
  };
  visit(root);
  return used;
}
