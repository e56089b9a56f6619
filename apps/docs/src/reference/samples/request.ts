import { type RequestField, requestFields } from "@klingkit/spec";
import { checkRequest } from "@klingkit/spec/rules";
import type { Operation, Schema } from "../document.js";

const samplePicture = "https://example.com/picture.jpg";
const usualModel = "kling-v2-6";

type JsonObject = Readonly<Record<string, unknown>>;

/** What a sample sends: one operation, with the contract's own example as its body. */
export interface SampleRequest {
  readonly operation: Operation;
  /** Name of the family or call in the contract, `image2video`. */
  readonly name: string;
  readonly dialect: "cometapi" | "kling";
  readonly body: JsonObject;
  /** The body's first field that takes a picture, where there is one. */
  readonly picture: string | undefined;
  /** What the address must say after its question mark, from the contract's examples. */
  readonly query: Readonly<Record<string, string>>;
  /** Only discontinued models can do what the example asks for. */
  readonly isOfThePast: boolean;
}

/** The request of an operation; `other` is a second operation of the same sample, which must be served too. */
export function requestOf(operation: Operation, other?: Operation): SampleRequest {
  const name = String(operation.source["x-klingkit-operation"]);
  const dialect = [operation, other].some(isKlings) ? "kling" : "cometapi";
  const examples = operation.request?.examples ?? [];
  const example = examples.find((one) => one.name.toLowerCase().endsWith(dialect)) ?? examples[0];
  const fields: readonly RequestField[] = requestFields[name] ?? [];
  const given = (example?.value ?? {}) as JsonObject;
  const picture = fields.find(
    ({ name: field, image }) => image !== undefined && typeof given[field] === "string",
  )?.name;
  const body = { ...modelFor(fields, given), ...whatIsSaid(given), ...(picture ? { [picture]: samplePicture } : {}) };
  const findings = operation.method === "POST" ? checkRequest(name, body, { dialect }) : [];
  const isOfThePast = findings.some(({ situation }) => situation.startsWith("discontinued"));
  return { operation, name, dialect, body, picture, query: queryOf(operation.parameters), isOfThePast };
}

/** The server's own default is discontinued, so a sample names a model where the contract's example does not. */
function modelFor(fields: readonly RequestField[], given: JsonObject): JsonObject {
  const models = fields.find(({ name }) => name === "model_name")?.values ?? [];
  return given.model_name === undefined && models.includes(usualModel) ? { model_name: usualModel } : {};
}

/** Without fields that say nothing. */
function whatIsSaid(given: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "" && value !== false));
}

/** Where a sample's request goes. */
export function addressOf({ operation: { path }, dialect, query }: SampleRequest, id = ""): string {
  const filled = path.replace("{id}", id);
  const address =
    dialect === "kling"
      ? `https://api-singapore.klingai.com${filled.replace(/^\/kling/, "")}`
      : `https://api.cometapi.com${filled}`;
  const search = new URLSearchParams(query).toString();
  return search === "" ? address : `${address}?${search}`;
}

/** CometAPI does not serve it, or documents no list of it. */
function isKlings(operation: Operation | undefined): boolean {
  const source = operation?.source ?? {};
  return (
    source["x-klingkit-verb"] === "list" ||
    source["x-cometapi-path"] === "none" ||
    source["x-cometapi-status"] === "unavailable"
  );
}

function queryOf(parameters: readonly Schema[]): Record<string, string> {
  const needed = parameters.filter(({ required, in: place }) => required === true && place === "query");
  return Object.fromEntries(
    needed.map(({ name, schema }) => [String(name), String(((schema as Schema).examples as unknown[])[0])]),
  );
}
