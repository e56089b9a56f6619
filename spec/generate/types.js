import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { banner } from "./banner.js";

const { factory } = ts;

/**
 * The contract's TypeScript types.
 * @param {import("./schemas.js").Contract} document
 * @returns {Promise<string>} the module `schema.ts`
 */
export async function renderTypes(document) {
  const nodes = await openapiTS(/** @type {any} */ (structuredClone(document)), {
    // A default would otherwise make the property required in requests.
    defaultNonNullable: false,
    silent: true,
    transform: (schema) => openStringType(/** @type {import("./schemas.js").Schema} */ (schema)),
  });
  return `${banner}\n${astToString(nodes)}`;
}

/**
 * An open string with known values: editors complete the known ones, any other string is accepted.
 * @param {import("./schemas.js").Schema} schema
 */
function openStringType(schema) {
  const known = schema["x-known-values"];
  if (schema.type !== "string" || !Array.isArray(known) || known.length === 0) return undefined;
  const literals = known.map((value) => factory.createLiteralTypeNode(factory.createStringLiteral(value)));
  const anyOther = factory.createIntersectionTypeNode([
    factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
    factory.createTypeLiteralNode([]),
  ]);
  return factory.createUnionTypeNode([...literals, factory.createParenthesizedType(anyOther)]);
}
