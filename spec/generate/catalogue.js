import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { banner } from "./banner.js";

/** @typedef {{ dialects: any, errors: any, models: any, prices: any }} Catalogue */

/**
 * @param {string} source
 * @returns {Catalogue}
 */
export function readCatalogue(source) {
  const read = (/** @type {string} */ name) =>
    parse(readFileSync(path.join(source, "catalogue", `${name}.yaml`), "utf8"));
  return { dialects: read("dialects"), errors: read("errors"), models: read("models"), prices: read("prices") };
}

/**
 * @param {Catalogue} catalogue
 * @returns {string} the module `catalogue.ts`: errors, models and prices as data
 */
export function renderCatalogue(catalogue) {
  const { service, gateway, taskLayer, taskFailures } = catalogue.errors;
  return `${banner}
import type { ErrorRow, GatewayErrorRow, ModelRow, Prices, TaskFailureRow, TaskLayerErrorRow } from "../src/catalogue-types.js";

/** Kling's own refusals, by number. */
export const serviceErrors: readonly ErrorRow[] = ${literal(service)};

/** The gateway's own refusals; the first row whose status and code fit counts. */
export const gatewayErrors: readonly GatewayErrorRow[] = ${literal(gateway)};

/** Refusals of the gateway's task store, by word. */
export const taskLayerErrors: readonly TaskLayerErrorRow[] = ${literal(taskLayer)};

/** Why an accepted task can end as failed, by its text. */
export const taskFailures: readonly TaskFailureRow[] = ${literal(taskFailures)};

/** What each model can do, per family. */
export const models: Readonly<Record<string, ModelRow>> = ${literal(catalogue.models.models)};

/** Model names known to be wrong, and what was probably meant. */
export const modelAliases: Readonly<Record<string, string>> = ${literal(catalogue.models.aliases)};

/** List prices in units. */
export const prices: Prices = ${literal(catalogue.prices)};
`;
}

/**
 * Data as TypeScript source, without the evidence: that is read in the contract, not carried by every client.
 * @param {unknown} value
 */
export function literal(value) {
  return JSON.stringify(value, (key, child) => (key === "x-evidence" ? undefined : child), 2);
}
