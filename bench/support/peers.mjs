// Packages of others that klingkit is measured beside: fetched from the registry into a cache when a measurement needs
// them, never dependencies.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { fetchPackages } from "../../scripts/fetched.mjs";

const cache = path.resolve(import.meta.dirname, "../../node_modules/.cache/peers");

/**
 * Fetches packages into a folder of their own, unless they are there.
 * @param {readonly string[]} packages with exact versions
 * @returns {string | undefined} the folder; undefined where the registry does not give them
 */
export function fetchPeer(packages) {
  const folder = path.join(cache, packages.join("+").replaceAll(/[^\w.@+-]/g, "-"));
  return fetchPackages(folder, packages) ? folder : undefined;
}

/** Imports a package as a program in the folder would. */
export async function importFrom(folder, name) {
  const importer = path.join(folder, "import.mjs");
  writeFileSync(importer, "export const load = (name) => import(name);\n");
  const { load } = await import(pathToFileURL(importer).href);
  return load(name);
}

/** The name of a package without its version: `@scope/name@1.2.3`. */
export function nameOf(spec) {
  return spec.slice(0, spec.lastIndexOf("@"));
}

/** What a package says that it needs of Node; undefined where it says nothing. */
export function nodeRange(folder, name) {
  return JSON.parse(readFileSync(path.join(folder, "node_modules", name, "package.json"), "utf8")).engines?.node;
}
