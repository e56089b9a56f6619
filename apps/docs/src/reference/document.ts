/** An OpenAPI document as the pages need it: its operations by tag, with references resolved where they are looked at. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

interface Example {
  readonly name: string;
  readonly summary: string;
  /** Where it comes from: real, published or constructed. */
  readonly origin: string;
  readonly value: unknown;
}

export interface Body {
  readonly schema: Schema | undefined;
  readonly mediaType: string;
  readonly examples: readonly Example[];
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly parameters: readonly Schema[];
  readonly request: Body | undefined;
  /** The answer with status 200. */
  readonly answer: Body;
  /** The operation as it stands in the document, for its `x-` fields. */
  readonly source: Schema;
}

export interface Group {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly Operation[];
}

export class ApiDocument {
  readonly #root: Schema;
  readonly groups: readonly Group[];

  constructor(root: Schema) {
    this.#root = root;
    const operations = [...this.#operationsIn("paths"), ...this.#operationsIn("webhooks")];
    this.groups = (root.tags as { name: string; description: string }[]).map(({ name, description }) => ({
      name,
      description,
      operations: operations.filter(({ tag }) => tag === name),
    }));
  }

  /** The schema with its reference followed and its `allOf` put together; what stands beside a reference wins. */
  resolve(schema: Schema): Schema {
    const { $ref, allOf, ...own } = schema;
    if (typeof $ref === "string") return { ...this.resolve(this.#target($ref)), ...own };
    if (!Array.isArray(allOf)) return schema;
    const parts = (allOf as Schema[]).map((part) => this.resolve(part));
    return Object.assign({}, ...parts, own, {
      properties: Object.assign({}, ...parts.map(({ properties }) => properties), own.properties),
      required: [...new Set([...parts, own].flatMap(({ required }) => (required as string[] | undefined) ?? []))],
    });
  }

  #target(reference: string): Schema {
    const keys = reference.replace("#/", "").split("/");
    return keys.reduce<unknown>((value, key) => (value as Schema)[key], this.#root) as Schema;
  }

  #operationsIn(part: "paths" | "webhooks"): Operation[] {
    const items = Object.entries((this.#root[part] ?? {}) as Record<string, Schema>);
    return items.flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, source]) => typeof (source as Schema)?.operationId === "string")
        .map(([method, source]) => this.#operation(method.toUpperCase(), path, source as Schema)),
    );
  }

  #operation(method: string, path: string, source: Schema): Operation {
    const responses = (source.responses ?? {}) as Record<string, Schema>;
    const success = Object.keys(responses).find((status) => status.startsWith("2")) ?? "";
    const { operationId, summary = "", description = "", tags, parameters = [], requestBody } = source;
    return {
      id: String(operationId),
      method,
      path,
      summary: String(summary),
      description: String(description),
      tag: (tags as string[])[0] ?? "",
      parameters: (parameters as Schema[]).map((parameter) => this.resolve(parameter)),
      request: requestBody ? this.#body(requestBody as Schema) : undefined,
      answer: this.#body(responses[success] ?? {}),
      source,
    };
  }

  #body(source: Schema): Body {
    const content = (this.resolve(source).content ?? {}) as Record<string, Schema>;
    const [mediaType = "", { schema, examples = {} } = {}] = Object.entries(content)[0] ?? [];
    return {
      mediaType,
      schema: schema as Schema | undefined,
      examples: Object.entries(examples as Record<string, Schema>).map(([name, example]) => {
        const { summary = name, value, "x-origin": origin = "" } = this.resolve(example);
        return { name, summary: String(summary), origin: String(origin), value };
      }),
    };
  }
}
