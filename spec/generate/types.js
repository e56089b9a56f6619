import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { banner } from "./banner.js";
import { describeProperties } from "./hovers.js";

const { factory } = ts;

/**
 * The contract's TypeScript types.
 * @param {import("./schemas.js").Contract} document
 * @param {import("./hovers.js").Models} models the catalogue's
 * @returns {Promise<string>} the module `schema.ts`
 */
export async function renderTypes(document, models) {
  const described = structuredClone(document);
  describeProperties(described, models);
  const nodes = await openapiTS(/** @type {any} */ (described), {
    // A default would otherwise make the property required in requests.
    defaultNonNullable: false,
    silent: true,
    transform: (schema) => openStringType(/** @type {import("./schemas.js").Schema} */ (schema)),
  });
  return `${banner}\n${plainComments(astToString(nodes))}`;
}

/**
 * Comments as editors show them best: the description without a tag before it, nothing that reads as a block of code because
 * it is indented, and no tag that repeats the type.
 * @param {string} text
 */
function plainComments(text) {
  return text
    .replaceAll(/^(\s*(?:\/\*\*|\*) )@description /gm, "$1")
    .replaceAll(/^(\s*\*) {5}/gm, "$1 ")
    .replaceAll(/^\s*\* @enum \{.*\}\n/gm, "")
    .replaceAll(/^\s*\/\*\* @enum \{.*\} \*\/\n/gm, "");
}

/**
 * An open string with known values: editors complete those that are served today, any other string is accepted.
 * @param {import("./schemas.js").Schema} schema
 */
function openStringType(schema) {
  const known = schema["x-known-values"];
  if (schema.type !== "string" || !Array.isArray(known) || known.length === 0) return undefined;
  const served = known.filter((value) => !(schema["x-discontinued-values"] ?? []).includes(value));
  const literals = served.map((value) => factory.createLiteralTypeNode(factory.createStringLiteral(value)));
  const anyOther = factory.createIntersectionTypeNode([
    factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
    factory.createTypeLiteralNode([]),
  ]);
  return factory.createUnionTypeNode([...literals, factory.createParenthesizedType(anyOther)]);
}
