import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RowResult } from "./engine.js";
import type { BatchRow } from "./row.js";

/**
 * Writes the rows that failed into `failed.jsonl`, each with the reason in its column `error`: a manifest to be edited and
 * run again. Without such rows there is no file.
 */
export async function writeFailedRows(out: string, results: readonly RowResult[]): Promise<void> {
  const failed = results.filter(({ state }) => state === "failed");
  const file = path.join(out, "failed.jsonl");
  if (failed.length === 0) return rm(file, { force: true });
  const lines = failed.map(({ row, error }) => JSON.stringify({ ...asManifest(row), error }));
  await writeWhole(file, `${lines.join("\n")}\n`);
}

/** The file is there whole or as it was before. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}

/** A row as a manifest has it: files by their names. */
function asManifest({ id, family, body }: BatchRow): object {
  return { id, family, ...(named(body) as object) };
}

function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (value === null || typeof value !== "object") return value;
  if ("read" in value && "name" in value) return value.name;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, named(inner)]));
}
