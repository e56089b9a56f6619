import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { banner } from "./banner.js";

/** @typedef {{ dialects: any, errors: any, models: any, prices: any, statuses: any, texts: any }} Catalogue */

/**
 * @param {string} source
 * @returns {Catalogue}
 */
export function readCatalogue(source) {
  const read = (/** @type {string} */ name) =>
    parse(readFileSync(path.join(source, "catalogue", `${name}.yaml`), "utf8"));
  const models = read("models");
  models.models = Object.fromEntries(
    Object.entries(models.models).map(([name, row]) => [name, spreadDiscontinuation(row)]),
  );
  return {
    dialects: read("dialects"),
    errors: read("errors"),
    models,
    prices: read("prices"),
    statuses: read("statuses"),
    texts: read("texts"),
  };
}

/**
 * Gives each family of a model the day the model was switched off; a family with `discontinued: false` still serves it.
 * @param {Record<string, any>} row
 */
function spreadDiscontinuation({ discontinued, ...families }) {
  if (discontinued === undefined) return families;
  const entries = Object.entries(families).map(([family, { discontinued: own = discontinued, ...capability }]) => [
    family,
    own === false ? capability : { ...capability, discontinued: own },
  ]);
  const everywhere = entries.every(([, capability]) => capability.discontinued !== undefined);
  return { ...(everywhere ? { discontinued } : {}), ...Object.fromEntries(entries) };
}

/**
 * @param {Catalogue} catalogue
 * @returns {string} the module `catalogue.ts`: errors, models and prices as data
 */
export function renderCatalogue(catalogue) {
  const { service, serviceTexts, gateway, taskLayer, nullCode, taskFailures } = catalogue.errors;
  const { models, discontinuedRoutes, aliases, switches, effectScenes, ttsVoices } = catalogue.models;
  const defaults = Object.entries(switches).map(([name, row]) => [name, row.default]);
  const questions = Object.entries(switches).map(([name, row]) => [name, row.question]);
  return `${banner}
import type { EffectScenes, ErrorRow, GatewayErrorRow, ModelRow, NullCodeErrorRow, Prices, ServiceTextErrorRow, TaskEnd, TaskEndRow, TaskFailureRow, TaskLayerErrorRow } from "../src/catalogue-types.js";

/** Every name of a refusal. */
export type RefusalName = ${union([...service, ...serviceTexts, ...gateway, ...taskLayer, ...nullCode])};

/** Every name of a reason why a task failed. */
export type TaskFailureName = ${union(taskFailures)};

/** Kling's own refusals, by number. */
export const serviceErrors: readonly ErrorRow[] = ${literal(service)};

/** Refusals that share one of Kling's numbers, by how the message starts. These are looked at before \`serviceErrors\`. */
export const serviceTextErrors: readonly ServiceTextErrorRow[] = ${literal(serviceTexts)};

/** The gateway's own refusals; the first row whose status and code fit counts. */
export const gatewayErrors: readonly GatewayErrorRow[] = ${literal(gateway)};

/** Refusals of the gateway's task store, by word. */
export const taskLayerErrors: readonly TaskLayerErrorRow[] = ${literal(taskLayer)};

/** Refusals whose \`code\` is null, by text. */
export const nullCodeErrors: readonly NullCodeErrorRow[] = ${literal(nullCode)};

/** Why an accepted task can end as failed, by its text. */
export const taskFailures: readonly TaskFailureRow[] = ${literal(taskFailures)};

/** Words for the end of a task, in lower case. */
export const taskEnds: Readonly<Record<TaskEnd, TaskEndRow>> = ${literal(catalogue.statuses)};

/** What each model can do, per family. */
export const models: Readonly<Record<string, ModelRow>> = ${literal(models)};

/** Wrong model names that people use, and the name they probably mean. */
export const modelAliases: Readonly<Record<string, string>> = ${literal(aliases)};

/** Open questions about the provider, and the answer that counts by default. */
export const openSwitches = ${literal(Object.fromEntries(defaults))} as const satisfies Readonly<Record<string, "accept" | "refuse">>;

/** The same as questions, for people. */
export const openQuestions: Readonly<Record<keyof typeof openSwitches, string>> = ${literal(Object.fromEntries(questions))};

/** The day on which a family's route was discontinued, whatever the model. */
export const discontinuedRoutes: Readonly<Record<string, string>> = ${literal(discontinuedRoutes)};

/** Effect scenes on record, by the number of pictures they take. */
export const effectScenes: EffectScenes = ${literal(effectScenes)};

/** Voices of tts on record, and the language each speaks. */
export const ttsVoices: Readonly<Record<string, string>> = ${literal(ttsVoices)};

/** Refusal texts on record, by operation or call, then by rule and field. */
export const refusalTexts: Readonly<Record<string, Readonly<Record<string, string>>>> = ${literal(catalogue.texts.texts)};

/** List prices in units, by operation. */
export const prices: Prices = ${literal(catalogue.prices)};
`;
}

/**
 * The names of rows as a type.
 * @param {readonly { name: string }[]} rows
 */
function union(rows) {
  return [...new Set(rows.map(({ name }) => JSON.stringify(name)))].sort().join(" | ");
}

/**
 * Data as TypeScript source, without the evidence: that is read in the contract, not carried by every client.
 * @param {unknown} value
 */
export function literal(value) {
  return JSON.stringify(value, (key, child) => (key.startsWith("x-") ? undefined : child), 2);
}
