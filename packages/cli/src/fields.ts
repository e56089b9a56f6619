import { createReadStream } from "node:fs";
import path from "node:path";
import { InputError, type InputSource } from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { fileInput } from "@klingkit/core/node";
import { parseJson, type RequestField, requestFields } from "@klingkit/spec";
import type { Command } from "commander";
import { compareFields } from "./command-help.js";
import { convert, defaultModel, fieldOption, takesFile } from "./field-option.js";
import type { Io } from "./io.js";
import { camelCase, kebabCase } from "./names.js";

/** Adds a flag for every field of a family or call that is not an object or a list; those go through `--body`. */
export function addFieldOptions(command: Command, operation: string, except: readonly string[] = []): Command {
  const fields = [...(requestFields[operation] ?? [])].sort(
    (one, other) =>
      Number(other.required) - Number(one.required) || compareFields(kebabCase(one.name), kebabCase(other.name)),
  );
  for (const field of fields) {
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
  const fields = requestFields[operation] ?? [];
  const pictures = fields.filter((field) => takesFile(field) && options[camelCase(field.name)] === "-");
  const body = await readBodyFile(
    options,
    io,
    pictures.map(({ name }) => name),
  );
  for (const field of fields) {
    const value = options[camelCase(field.name)];
    if (value !== undefined)
      body[field.name] = takesFile(field) ? fileOrAddress(String(value), io) : convert(field, value);
  }
  if (body.model_name === undefined && takesDefaultModel(fields)) body.model_name = defaultModel;
  return { ...(await prepare(operation, body)) };
}

/** A file, an address, or `-` for bytes from standard input. */
function fileOrAddress(argument: string, io: Io): string | InputSource | AsyncIterable<unknown> {
  if (/^https?:\/\//i.test(argument)) return argument;
  if (argument === "-") return io.stdin;
  return fileInput(path.resolve(io.cwd, argument), argument);
}

/** Whether the operation takes the model that is used where a request names none. */
export function takesDefaultModel(fields: readonly RequestField[]): boolean {
  return fields.some(({ name, values }) => name === "model_name" && values?.includes(defaultModel));
}

/**
 * What `--body` gives; empty without it.
 * @param fromStdin what else is to come from standard input
 * @throws InputError unless it is one JSON object, and where standard input would have to give two things
 */
export async function readBodyFile(
  { body: argument, apiKeyStdin }: { readonly body?: unknown; readonly apiKeyStdin?: unknown },
  io: Io,
  fromStdin: readonly string[] = [],
): Promise<Record<string, unknown>> {
  const [one, other] = [
    ...(argument === "-" ? ["the request"] : []),
    ...fromStdin,
    ...(apiKeyStdin ? ["the key"] : []),
  ];
  if (other !== undefined)
    throw new InputError(
      `Standard input can't give both ${one} and ${other}.`,
      "Put one of them in a file, or the key in the environment.",
    );
  if (typeof argument !== "string") return {};
  const where = argument === "-" ? "Standard input" : argument;
  const bytes = await readBytes(argument, where, io);
  const body = parseBody(textOf(bytes, where), where);
  if (body !== null && typeof body === "object" && !Array.isArray(body)) return { ...body };
  throw new InputError(`${where} is not a JSON object.`, "Give one JSON object with the request's fields.");
}

/** More bytes than a request with pictures has. */
const mostBytes = 64 * 1024 * 1024;

async function readBytes(argument: string, where: string, io: Io): Promise<Uint8Array> {
  try {
    const source = argument === "-" ? io.stdin : createReadStream(path.resolve(io.cwd, argument));
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of source as AsyncIterable<string | Uint8Array>) {
      const bytes = typeof part === "string" ? Buffer.from(part) : part;
      size += bytes.length;
      if (size > mostBytes) throw new InputError(`${where} is larger than 64 MiB.`, "Give one request as JSON.");
      parts.push(bytes);
    }
    return Buffer.concat(parts);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new InputError(`${where} can't be read${code}.`, "Check the path.");
  }
}

/** UTF-8, with or without a byte order mark. @throws InputError that names UTF-16, as PowerShell 5 writes it */
function textOf(bytes: Uint8Array, where: string): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16)
    throw new InputError(`${where} is UTF-16.`, "Save it as UTF-8; in PowerShell: … | Out-File -Encoding utf8.");
  return new TextDecoder().decode(bytes);
}

function parseBody(text: string, where: string): unknown {
  try {
    return parseJson(text);
  } catch {
    const advice = text.trim() === "" ? "It is empty; give one JSON object." : "Give one JSON object.";
    throw new InputError(`${where} is not valid JSON.`, advice);
  }
}
