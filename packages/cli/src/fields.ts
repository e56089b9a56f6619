import { readFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { InputError, type InputSource } from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { fileInput } from "@klingkit/core/node";
import { parseJson, type RequestField, requestFields } from "@klingkit/spec";
import type { Command } from "commander";
import { convert, defaultModel, fieldOption, takesFile } from "./field-option.js";
import type { Io } from "./io.js";
import { camelCase } from "./names.js";

/** Adds a flag for every field of a family or call that is not an object or a list; those go through `--body`. */
export function addFieldOptions(command: Command, operation: string, except: readonly string[] = []): Command {
  for (const field of requestFields[operation] ?? []) {
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
  operation: string,
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
  const fields = requestFields[operation] ?? [];
  for (const field of fields) {
    const value = options[camelCase(field.name)];
    if (value !== undefined)
      body[field.name] = takesFile(field) ? fileOrAddress(String(value), io) : convert(field, value);
  }
  if (body.model_name === undefined && takesDefaultModel(fields)) body.model_name = defaultModel;
  return { ...(await prepare(operation, body)) };
}

function fileOrAddress(argument: string, io: Io): string | InputSource {
  if (/^https?:\/\//i.test(argument)) return argument;
  return fileInput(path.resolve(io.cwd, argument), argument);
}

function takesDefaultModel(fields: readonly RequestField[]): boolean {
  return fields.some(({ name, values }) => name === "model_name" && values?.includes(defaultModel));
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
