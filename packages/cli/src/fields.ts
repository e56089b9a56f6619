import { readFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { InputError } from "@klingkit/core";
import { families, parseJson, type RequestField, requestFields } from "@klingkit/spec";
import { type Command, Option } from "commander";
import type { Io } from "./io.js";
import { checkGivenPicture, readPicture } from "./picture-file.js";

/** Sent where no model is named, because the server's own default is switched off. */
const defaultModel = "kling-v2-6";

/** Adds a flag for every field of the family that is not an object or a list; those go through `--body`. */
export function addFieldOptions(command: Command, family: string, except: readonly string[] = []): Command {
  for (const field of requestFields[family] ?? []) {
    if (field.type === "object" || field.type === "array" || except.includes(field.name)) continue;
    command.addOption(fieldOption(field));
  }
  return command.option(
    "--body <file>",
    "whole request as JSON from a file, or - for standard input; flags come on top",
  );
}

/** The request that flags and `--body` describe; pictures are read and checked. */
export async function readBody(
  family: string,
  options: Readonly<Record<string, unknown>>,
  io: Io,
): Promise<Record<string, unknown>> {
  if (options.body === "-" && options.apiKeyStdin) {
    throw new InputError(
      "Standard input can't give both the request and the key.",
      "Put the request in a file, or the key in the environment.",
    );
  }
  const body: Record<string, unknown> = typeof options.body === "string" ? await readBodyFile(options.body, io) : {};
  for (const field of requestFields[family] ?? []) {
    const value = options[camelCase(field.name)];
    if (value === undefined && field.image) checkGivenPicture(field.name, body[field.name], field.image);
    if (value === undefined) continue;
    body[field.name] = field.image ? await readPicture(String(value), field.image, io.cwd) : convert(field, value);
  }
  const hasModel = requestFields[family]?.some(
    ({ name, values }) => name === "model_name" && values?.includes(defaultModel),
  );
  if (hasModel && body.model_name === undefined) body.model_name = defaultModel;
  return body;
}

function fieldOption(field: RequestField): Option {
  const flag = `--${kebabCase(field.name)}`;
  const option = new Option(
    field.type === "boolean"
      ? flag
      : `${flag} <${field.image ? "file or address" : field.type === "string" ? "text" : "number"}>`,
    describe(field),
  );
  return field.closed && field.values ? option.choices(field.values) : option;
}

/** The contract's own words, its limits, and the names known today. */
function describe(field: RequestField): string {
  const parts = [field.description ?? ""];
  if (field.minimum !== undefined && field.maximum !== undefined)
    parts.push(`From ${field.minimum} to ${field.maximum}.`);
  if (field.maxLength !== undefined) parts.push(`At most ${field.maxLength} characters.`);
  const served = field.values?.filter((value) => !field.retiredValues?.includes(value));
  if (served && !field.closed) parts.push(`Known: ${served.join(", ")}.`);
  if (field.name === "model_name") parts.push(`klingkit sends ${defaultModel} where none is given.`);
  else if (field.default !== undefined) parts.push(`Default: ${field.default}.`);
  return parts.filter((part) => part !== "").join(" ");
}

function convert(field: RequestField, value: unknown): unknown {
  if (field.type !== "number" && field.type !== "integer") return value;
  const number = Number(value);
  if (String(value).trim() !== "" && Number.isFinite(number)) return number;
  throw new InputError(`--${kebabCase(field.name)} is "${value}".`, "Give a number.");
}

async function readBodyFile(argument: string, io: Io): Promise<Record<string, unknown>> {
  const where = argument === "-" ? "Standard input" : argument;
  let body: unknown;
  try {
    body = parseJson(argument === "-" ? await text(io.stdin) : await readFile(path.resolve(io.cwd, argument), "utf8"));
  } catch (error) {
    const advice = error instanceof SyntaxError ? "Give one JSON object." : "Check the path.";
    throw new InputError(`${where} ${error instanceof SyntaxError ? "is not valid JSON" : "can't be read"}.`, advice);
  }
  if (body !== null && typeof body === "object" && !Array.isArray(body)) return { ...body };
  throw new InputError(`${where} is not a JSON object.`, "Give one JSON object with the request's fields.");
}

/** `model_name` → `model-name`, `image2video` and `multiImage2video` → `multi-image2video`. */
export function kebabCase(name: string): string {
  return name.replaceAll("_", "-").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A family as the contract names it; the command line also takes it in kebab case. */
export function familyName(name: string): string {
  return Object.keys(families).find((known) => kebabCase(known) === name) ?? name;
}

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
