import { rm } from "node:fs/promises";
import path from "node:path";
import type { RowResult } from "./engine.js";
import { packRow } from "./packed-row.js";
import { writeWhole } from "./write-whole.js";

/**
 * Writes the rows that failed into `failed.jsonl`, each with the reason in its column `error`: a manifest to be edited and
 * run again. Without such rows there is no file.
 */
export async function writeFailedRows(out: string, results: readonly RowResult[]): Promise<void> {
  const failed = results.filter(({ state }) => state === "failed");
  const file = path.join(out, "failed.jsonl");
  if (failed.length === 0) return rm(file, { force: true });
  const lines = failed.map(({ row, error }) =>
    JSON.stringify({ id: row.id, family: row.family, ...packRow(row).body, error }),
  );
  await writeWhole(file, `${lines.join("\n")}\n`);
}
