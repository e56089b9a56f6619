/**
 * @typedef {Record<string, any>} Schema a JSON Schema object
 * @typedef {{ paths: Record<string, Record<string, any>>, components: { schemas: Record<string, Schema> } } & Record<string, any>} Contract
 */

/**
 * Calls `visit` for every object in the document that looks like a schema.
 * @param {unknown} node
 * @param {(schema: Schema) => void} visit
 */
export function walkSchemas(node, visit) {
  if (node === null || typeof node !== "object") return;
  if (!Array.isArray(node)) visit(/** @type {Schema} */ (node));
  for (const [key, child] of Object.entries(node)) {
    if (key !== "examples" && key !== "value") walkSchemas(child, visit);
  }
}

/**
 * A schema with its reference followed and its `allOf` parts merged, one level deep.
 * @param {Contract} document
 * @param {Schema} schema
 * @returns {Schema}
 */
export function resolveSchema(document, schema) {
  const { $ref, allOf, ...own } = schema;
  const parts = [];
  if ($ref) parts.push(resolveSchema(document, lookUp(document, $ref)));
  for (const part of allOf ?? []) parts.push(resolveSchema(document, part));
  return parts.reduceRight(merge, /** @type {Schema} */ (own));
}

/**
 * Both schemas in one; where they differ, the first one counts.
 * @param {Schema} first
 * @param {Schema} second
 * @returns {Schema}
 */
function merge(first, second) {
  const merged = Object.assign({}, second, first);
  if (first.properties && second.properties) merged.properties = { ...second.properties, ...first.properties };
  if (first.required && second.required) merged.required = [...second.required, ...first.required];
  return merged;
}

/**
 * @param {Contract} document
 * @param {string} reference such as `#/components/schemas/Task`
 * @returns {Schema}
 */
export function lookUp(document, reference) {
  /** @type {any} */
  let node = document;
  for (const key of reference.replace(/^#\//, "").split("/")) {
    node = node?.[key.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  if (node === undefined) throw new Error(`The contract refers to ${reference}, which does not exist.`);
  return node;
}

/**
 * The component's name in a reference.
 * @param {Schema | undefined} schema
 */
export function referenceName(schema) {
  return schema?.$ref?.split("/").at(-1);
}
