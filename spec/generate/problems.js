import path from "node:path";
import { getLineColLocation, lint, loadConfig } from "@redocly/openapi-core";

/**
 * What is wrong with the contract as an OpenAPI document, each with its place: asked when nothing could be derived.
 * @param {string} source folder of openapi.yaml
 * @returns {Promise<string[]>} such as `components/tts.yaml:12:7 Can't resolve $ref`
 */
export async function contractProblems(source) {
  const config = await loadConfig({ configPath: path.join(source, "redocly.yaml") });
  const problems = await lint({ ref: path.join(source, "openapi.yaml"), config });
  const errors = problems.filter(({ severity }) => severity === "error");
  return [...new Set(errors.map((problem) => `${placeOf(problem, source)} ${problem.message}`))];
}

/**
 * @param {import("@redocly/openapi-core").NormalizedProblem} problem
 * @param {string} source
 */
function placeOf({ location: [location] }, source) {
  if (!location) return "openapi.yaml";
  const { start } = getLineColLocation(location);
  return `${path.relative(source, location.source.absoluteRef)}:${start.line}:${start.col}`;
}
