import { readFileSync } from "node:fs";

/** Any object of the document; the tests look at it as data. */
export type Node = Readonly<Record<string, unknown>>;

export interface Operation extends Node {
  readonly operationId: string;
  readonly parameters?: readonly Node[];
  readonly requestBody?: Node;
  readonly responses: Readonly<Record<string, Node>>;
}

export const document = JSON.parse(readFileSync(new URL("../generated/openapi.json", import.meta.url), "utf8")) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Node>>;
};

/** Every operation with its path and method. */
export function operations(): { path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    ["get", "post"].flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

/** The node a reference leads to, with what stands beside the reference. */
export function follow(node: Node): Node {
  if (typeof node.$ref !== "string") return node;
  const target = node.$ref
    .slice(2)
    .split("/")
    .reduce<unknown>((parent, key) => (parent as Node)[key.replaceAll("~1", "/")], document) as Node;
  const { $ref: _, ...own } = node;
  return { ...follow(target), ...own };
}

/** The JSON body's media type object of a request or a response. */
export function jsonOf(holder: Node | undefined): Node | undefined {
  return holder && ((follow(holder).content as Node | undefined)?.["application/json"] as Node | undefined);
}
