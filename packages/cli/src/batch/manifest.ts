import path from "node:path";
import { type BatchRow, describeProblem, readManifest } from "@klingkit/batch";
import type { Dialect } from "@klingkit/core";
import { requestFields } from "@klingkit/spec";
import { BatchError } from "../batch-error.js";
import { exitCodes } from "../exit-code.js";
import { convert, defaultModel } from "../field-option.js";
import { readBodyFile, takesDefaultModel } from "../fields.js";
import type { Io } from "../io.js";
import { camelCase, familyName } from "../names.js";
import { notice } from "../report.js";

export interface ManifestFlags {
  readonly name?: string;
  readonly family?: string;
  readonly pictures?: string;
  readonly out?: string;
  readonly cap?: number;
  readonly body?: string;
  readonly apiKeyStdin?: boolean;
  readonly dialect?: Dialect;
}

/** Problems that are printed; the rest is counted. */
const mostPrinted = 50;

/** The rows of a manifest. @throws BatchError after printing what is wrong with them: nothing is sent */
export async function rowsOf(
  source: string,
  flags: ManifestFlags,
  dialect: Dialect,
  io: Io,
): Promise<readonly BatchRow[]> {
  const { family, pictures, out } = flags;
  const { rows, problems, warnings } = await readManifest(path.resolve(io.cwd, source), {
    dialect,
    defaults: await defaultsOf(flags, io),
    complete: withModel,
    ...(family ? { family: familyName(family) } : {}),
    ...(pictures ? { folder: path.resolve(io.cwd, pictures) } : {}),
    ...(out ? { hashFile: path.join(path.resolve(io.cwd, out), ".klingkit", "pictures.json") } : {}),
  });
  for (const warning of warnings) notice(io, `warning: ${describeProblem(warning)}`);
  for (const problem of problems.slice(0, mostPrinted)) notice(io, describeProblem(problem));
  if (problems.length === 0) return rows;
  const more = problems.length > mostPrinted ? ` (${problems.length - mostPrinted} more are not shown)` : "";
  const count = problems.length === 1 ? "There is a problem" : `There are ${problems.length} problems`;
  throw new BatchError(`${count} in ${source}${more}; nothing was sent.`, { exitCode: exitCodes.usage, open: [] });
}

/** The batch's name: given, else the output folder's, else the manifest's without its extension. */
export function nameOf(source: string, { name, out }: ManifestFlags, io: Io): string {
  return (
    name ??
    (out === undefined ? path.parse(path.resolve(io.cwd, source)).name : path.basename(path.resolve(io.cwd, out)))
  );
}

async function defaultsOf(flags: ManifestFlags, io: Io): Promise<Record<string, unknown>> {
  const defaults = await readBodyFile(flags, io);
  for (const field of requestFields.image2video ?? []) {
    const value = (flags as Readonly<Record<string, unknown>>)[camelCase(field.name)];
    if (value !== undefined && field.name !== "image") defaults[field.name] = convert(field, value);
  }
  return defaults;
}

function withModel(family: string, body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isMissing = body.model_name === undefined && takesDefaultModel(requestFields[family] ?? []);
  return isMissing ? { ...body, model_name: defaultModel } : body;
}
