import path from "node:path";
import { bundle, loadConfig } from "@redocly/openapi-core";
import { walkSchemas } from "./schemas.js";

/**
 * Bundles the split contract into one document and fills in what the catalogue knows: model names.
 * @param {string} source folder of openapi.yaml
 * @param {import("./catalogue.js").Catalogue} catalogue
 * @returns {Promise<import("./schemas.js").Contract>}
 */
export async function bundleContract(source, catalogue) {
  const config = await loadConfig({ configPath: path.join(source, "redocly.yaml") });
  const { bundle: bundled, problems } = await bundle({ ref: path.join(source, "openapi.yaml"), config });
  const errors = problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0) throw new Error(`The contract cannot be bundled: ${errors.map((e) => e.message).join("; ")}`);
  const document = JSON.parse(JSON.stringify(bundled.parsed));
  walkSchemas(document, (schema) => {
    const family = schema["x-models-of"];
    if (typeof family !== "string") return;
    const names = Object.keys(catalogue.models.models).filter((name) => family in catalogue.models.models[name]);
    const retired = names.filter((name) => catalogue.models.models[name].retired !== undefined);
    schema["x-known-values"] = names;
    schema["x-retired-values"] = retired;
    schema.examples = names.filter((name) => !retired.includes(name));
  });
  return document;
}
