// What an editor shows over a field: all the contract knows of it, on the property itself. TypeScript shows nothing of what
// stands at a type that a property refers to.
import { resolveSchema, walkSchemas } from "./schemas.js";

/**
 * @typedef {import("./schemas.js").Contract} Contract
 * @typedef {import("./schemas.js").Schema} Schema
 * @typedef {import("./catalogue.js").Catalogue["models"]["models"]} Models
 */

/**
 * Gives each property of a contract the whole of its description. Other keywords that would become comments are taken out.
 * @param {Contract} document changed in place
 * @param {Models} models the catalogue's
 */
export function describeProperties(document, models) {
  const contract = structuredClone(document);
  walkSchemas(document, (schema) => {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (property === null || typeof property !== "object") continue;
      const text = hoverOf(contract, property, models);
      const { default: _default, examples: _examples, ...kept } = property;
      schema.properties[name] = text ? { ...kept, description: text } : kept;
    }
  });
}

/**
 * @param {Contract} contract
 * @param {Schema} property
 * @param {Models} models
 */
function hoverOf(contract, property, models) {
  const schema = resolveSchema(contract, property);
  const referred = property.$ref ? resolveSchema(contract, { $ref: property.$ref }) : undefined;
  const isInput = schema["x-image-limits"] ?? schema["x-audio-limits"] ?? schema["x-video-limits"];
  const parts = [
    schema.description ?? describeParts(contract, schema),
    // What a picture or sound must be stands at its type; the property's own words say what it is for.
    isInput && !String(schema.description).includes("MB") ? referred?.description : undefined,
    describeModels(schema, models),
    describeLimits(schema),
    describeDefault(schema, models),
  ];
  return parts
    .filter((part) => part !== undefined)
    .map((part) => String(part).trim().replaceAll(/\s+/g, " "))
    .filter((part, index, all) => part !== "" && all.indexOf(part) === index)
    .join("\n\n");
}

/**
 * What says nothing of itself: what its items are, or the first of the things it may be.
 * @param {Contract} contract
 * @param {Schema} schema
 * @returns {string | undefined}
 */
function describeParts(contract, schema) {
  for (const part of [schema.items, ...(schema.anyOf ?? [])]) {
    if (part === undefined) continue;
    const resolved = resolveSchema(contract, part);
    const description = resolved.description ?? describeParts(contract, resolved);
    if (description) return description;
  }
  return undefined;
}

/**
 * @param {Schema} schema
 * @param {Models} models
 */
function describeModels(schema, models) {
  const discontinued = /** @type {string[]} */ (schema["x-discontinued-values"] ?? []);
  if (discontinued.length === 0) return undefined;
  /** @type {Record<string, string[]>} */
  const byDay = {};
  for (const name of discontinued) {
    const day = dayOf(name, schema, models);
    byDay[day] ??= [];
    byDay[day].push(`\`${name}\``);
  }
  return Object.entries(byDay)
    .map(([day, names]) => `Discontinued on ${day}: ${names.join(", ")}.`)
    .join(" ");
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @param {Models} models
 */
function dayOf(name, schema, models) {
  return models[name]?.[schema["x-models-of"]]?.discontinued ?? models[name]?.discontinued ?? "a day not on record";
}

/** @param {Schema} schema */
function describeLimits(schema) {
  const limits = [];
  if (schema.maxLength !== undefined) {
    const gateway = schema["x-gateway-max-length"];
    limits.push(`At most ${schema.maxLength} characters${gateway ? `; the gateway's page says ${gateway}` : ""}.`);
  }
  if (schema.minimum !== undefined || schema.maximum !== undefined) limits.push(range(schema, "From", ""));
  const clamped = schema["x-clamped"];
  if (clamped) limits.push(`Moved into ${clamped.minimum} to ${clamped.maximum} by the server.`);
  if (schema.minItems !== undefined || schema.maxItems !== undefined)
    limits.push(range({ minimum: schema.minItems, maximum: schema.maxItems }, "", " items"));
  return limits.length > 0 ? limits.join(" ") : undefined;
}

/**
 * @param {{ minimum?: number, maximum?: number }} ends
 * @param {string} first word before a range
 * @param {string} unit
 */
function range({ minimum, maximum }, first, unit) {
  if (minimum === undefined) return `At most ${maximum}${unit}.`;
  if (maximum === undefined) return `At least ${minimum}${unit}.`;
  return `${first} ${minimum} to ${maximum}${unit}.`;
}

/**
 * @param {Schema} schema
 * @param {Models} models
 */
function describeDefault(schema, models) {
  if (schema.default === undefined) return undefined;
  const isDiscontinued = (schema["x-discontinued-values"] ?? []).includes(schema.default);
  const note = isDiscontinued ? `, discontinued on ${dayOf(schema.default, schema, models)}: always send one` : "";
  return `Default: \`${JSON.stringify(schema.default).replaceAll('"', "")}\`${note}.`;
}
