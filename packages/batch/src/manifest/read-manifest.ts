import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "@klingkit/core";
import type { Manifest, ManifestOptions, Problem, RawRow } from "../row.js";
import { RowBuilder } from "./build-rows.js";
import { readCsv } from "./csv.js";
import { checkDefaults } from "./fields.js";
import { readFolder } from "./folder.js";
import { readJsonl } from "./jsonl.js";
import { Pictures } from "./pictures.js";
import { TextFileError } from "./text-file.js";

/**
 * Reads a manifest and checks every row against the contract. A manifest is a `.csv` file whose first line names the
 * columns, a `.jsonl` file with one object a line, or a folder of pictures. Columns have the names of the API's fields;
 * two more are `id` and `family`. Pictures are addresses, or files below the manifest's folder, which are read, checked
 * and hashed. Nothing is sent.
 * @throws InputError if there is nothing to read
 */
export async function readManifest(source: string, options: ManifestOptions = {}): Promise<Manifest> {
  const problems: Problem[] = checkDefaults(options.defaults ?? {});
  const { folder, rows } = await open(source, options, problems);
  const pictures = new Pictures(options.folder ?? folder, options.hashFile);
  await pictures.load();
  const { prompt: _, ...defaults } = options.defaults ?? {};
  const builder = new RowBuilder(
    { ...options, defaults: folder === source ? defaults : (options.defaults ?? {}) },
    pictures,
    problems,
  );
  try {
    for await (const row of rows) await builder.add(row);
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error;
    problems.push({ what: error.message, remedy: error.remedy });
  }
  await pictures.save();
  const manifest = builder.manifest();
  if (manifest.rows.length === 0 && problems.length === 0)
    problems.push({
      what: "There are no rows.",
      remedy: "Give a header and rows, or a folder with JPEG or PNG files.",
    });
  return manifest;
}

/** The rows, and the folder that their paths start from. */
async function open(
  source: string,
  options: ManifestOptions,
  problems: Problem[],
): Promise<{ readonly folder: string; readonly rows: AsyncIterable<RawRow> | readonly RawRow[] }> {
  const found = await stat(source).catch(() => undefined);
  if (!found) throw new InputError(`There is no file or folder ${source}.`, "Check the path.");
  if (found.isDirectory()) return { folder: source, rows: await readFolder(source, options.defaults?.prompt) };
  const folder = path.dirname(source);
  const extension = path.extname(source).toLowerCase();
  if (extension === ".csv") return { folder, rows: readCsv(source, problems) };
  if (extension === ".jsonl" || extension === ".ndjson") return { folder, rows: readJsonl(source, problems) };
  throw new InputError(`${source} is no manifest.`, "Give a .csv or .jsonl file, or a folder of pictures.");
}
