import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import { expect } from "vitest";
import { parse } from "yaml";

interface Schema {
  readonly [keyword: string]: unknown;
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>;
interface Answer {
  readonly $ref?: string;
  readonly content?: Content;
}
interface OperationObject {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

/** One operation of the control API's document. */
export interface ControlOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

const document = parse(readFileSync(new URL("../control-api.yaml", import.meta.url), "utf8")) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: Readonly<Record<string, unknown>>;
};
const ajv = new Ajv2020.default({ strict: false });
ajv.addSchema(document, "control");

export const controlOperations: readonly ControlOperation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId }]) => ({ id: operationId, method: method.toUpperCase(), path })),
);

/** Fails unless the answer is one that the document promises for this operation. */
export function expectDocumented(
  { method, path }: ControlOperation,
  answer: { readonly status: number; readonly body: unknown },
): void {
  const operation = document.paths[path]?.[method.toLowerCase()];
  const key = answer.status < 400 ? String(answer.status) : "4XX";
  const response = operation?.responses[key];
  expect(response, `${answer.status} of ${method} ${path}`).toBeDefined();
  const escaped = encodeURI(path.replaceAll("~", "~0").replaceAll("/", "~1"));
  const place = response?.$ref ?? `#/paths/${escaped}/${method.toLowerCase()}/responses/${key}`;
  const validate = ajv.compile({ $ref: `control${place}/content/application~1json/schema` });
  expect(validate(answer.body), JSON.stringify([path, answer.body, validate.errors])).toBe(true);
}
