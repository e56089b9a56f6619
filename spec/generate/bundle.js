import path from "node:path";
import { bundle, loadConfig } from "@redocly/openapi-core";
import { walkSchemas } from "./schemas.js";

/**
 * Bundles the split contract into one document and fills in what the catalogue knows: names of models, effects and voices.
 * @param {string} source folder of openapi.yaml
 * @param {import("./catalogue.js").Catalogue} catalogue
 * @returns {Promise<import("./schemas.js").Contract>}
 */
export async function bundleContract(source, catalogue) {
  const config = await loadConfig({ configPath: path.join(source, "redocly.yaml") });
  const { bundle: bundled, problems } = await bundle({ ref: path.join(source, "openapi.yaml"), config });
  const errors = problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0) throw new Error("The contract cannot be bundled.");
  const document = JSON.parse(JSON.stringify(bundled.parsed));
  walkSchemas(document, (schema) => {
    const list = schema["x-values-of"];
    if (typeof list === "string") schema["x-known-values"] = valuesOf(catalogue.models[list], list);
    const family = schema["x-models-of"];
    if (typeof family === "string") fillModels(schema, family, catalogue.models.models);
  });
  return document;
}

/**
 * @param {import("./schemas.js").Schema} schema
 * @param {string} family
 * @param {Record<string, any>} models
 */
function fillModels(schema, family, models) {
  const names = Object.keys(models).filter((name) => family in models[name]);
  if (names.length === 0) throw new Error(`catalogue/models.yaml knows no model of ${family}.`);
  const discontinued = names.filter((name) => models[name][family].discontinued !== undefined);
  schema["x-known-values"] = names;
  schema["x-discontinued-values"] = discontinued;
  const served = names.filter((name) => !discontinued.includes(name));
  schema.examples = served.length > 0 ? served : names;
}

/**
 * The names in a list of the catalogue: the keys of a table of texts, or the members of its groups. What lies deeper is
 * not offered any more.
 * @param {Record<string, string | string[] | object> | undefined} list
 * @param {string} name
 */
function valuesOf(list, name) {
  if (!list) throw new Error(`catalogue/models.yaml has no ${name}.`);
  return Object.entries(list).flatMap(([key, value]) => {
    if (Array.isArray(value)) return value;
    return typeof value === "string" ? [key] : [];
  });
}
