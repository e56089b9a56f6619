import contract from "@klingkit/spec/openapi.json" with { type: "json" };
import Ajv2020 from "ajv/dist/2020.js";

const ajv = new Ajv2020.default({ strict: false, validateFormats: false });
ajv.addSchema(contract, "contract");
const validators = new Map<string, ReturnType<typeof ajv.compile>>();

export interface Operation {
  readonly path: string;
  readonly method: "get" | "post";
  readonly name: string;
  readonly verb: "submit" | "get" | "list" | "call";
  /** Request bodies on record. */
  readonly examples: readonly Record<string, unknown>[];
}

interface Example {
  readonly $ref?: string;
  readonly value?: Record<string, unknown>;
}

interface OperationObject {
  readonly "x-klingkit-operation"?: string;
  readonly "x-klingkit-verb"?: Operation["verb"];
  readonly requestBody?: {
    readonly content: { readonly "application/json": { readonly examples?: Record<string, Example> } };
  };
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
}

const components = contract.components.examples as unknown as Readonly<Record<string, Example>>;

/** The example itself, also where the document only points to it. */
function bodyOf(example: Example): Record<string, unknown> {
  return example.value ?? components[example.$ref?.split("/").at(-1) ?? ""]?.value ?? {};
}

const paths = contract.paths as unknown as Readonly<Record<string, Partial<Record<"get" | "post", OperationObject>>>>;

/** Every operation of the contract. */
export const operations: readonly Operation[] = Object.entries(paths).flatMap(([path, item]) =>
  (["get", "post"] as const).flatMap((method) => {
    const operation = item[method];
    const name = operation?.["x-klingkit-operation"];
    const verb = operation?.["x-klingkit-verb"];
    if (!name || !verb) return [];
    const examples = Object.values(operation.requestBody?.content["application/json"].examples ?? {}).map(bodyOf);
    return [{ path, method, name, verb, examples }];
  }),
);

/** What about an answer does not fit the contract's schema for this operation and status; undefined where it fits. */
export function contractProblem(
  path: string,
  method: "get" | "post",
  answer: { readonly status: number; readonly body: unknown },
): string | undefined {
  const key = answer.status === 200 ? "200" : "default";
  const response = paths[path]?.[method]?.responses[key];
  if (!response) return `The contract has no ${key} for ${method} ${path}.`;
  const escaped = encodeURI(path.replaceAll("~", "~0").replaceAll("/", "~1"));
  const where = response.$ref ?? `#/paths/${escaped}/${method}/responses/${key}`;
  const schema = `contract${where}/content/application~1json/schema`;
  const validate = validators.get(schema) ?? ajv.compile({ $ref: schema });
  validators.set(schema, validate);
  return validate(answer.body) ? undefined : JSON.stringify([answer.body, validate.errors]);
}
