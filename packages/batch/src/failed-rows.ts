import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { RowResult } from "./engine.js";
import { packRow } from "./packed-row.js";
import { writeWhole } from "./write-whole.js";

/**
 * Writes the rows that failed into `failed.jsonl`, each with the reason in its column `error`: a manifest to be edited and
 * run again. A row that is paid for, whose result could not be saved, is not among them: edited, it would be paid for again.
 * Rows that are in the file already stay there until they have their result, because this may be the manifest of
 * the run: one that was stopped must not lose what was edited. Without such rows there is no file.
 */
export async function writeFailedRows(out: string, results: readonly RowResult[]): Promise<void> {
  const file = path.join(out, "failed.jsonl");
  const known = await idsIn(file);
  const isLeft = ({ row, state, usd }: RowResult) =>
    (state === "failed" && usd === 0) || (state !== "done" && state !== "skipped" && known.has(row.id));
  const lines = results
    .filter(isLeft)
    .map(({ row, error }) => JSON.stringify({ id: row.id, family: row.family, ...packRow(row).body, error }));
  if (lines.length === 0) return rm(file, { force: true });
  await writeWhole(file, `${lines.join("\n")}\n`);
}

/** Ids of the rows in a manifest that this module has written. */
async function idsIn(file: string): Promise<ReadonlySet<string>> {
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
  return new Set(lines.map((line) => String(parsed(line)?.id ?? "")));
}

function parsed(line: string): { readonly id?: unknown } | undefined {
  try {
    return JSON.parse(line) as { readonly id?: unknown };
  } catch {
    return undefined;
  }
}
