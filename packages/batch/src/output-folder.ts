import { access, constants } from "node:fs/promises";
import path from "node:path";
import { InputError } from "@klingkit/core";
import { makeFolder } from "@klingkit/core/node";
import type { RowResult } from "./engine.js";
import { writeFailedRows } from "./failed-rows.js";
import { writeReport } from "./report/write-report.js";

/** Makes the output folder. @throws InputError before anything is sent, if it can't be made or written to */
export async function openOutput(out: string): Promise<void> {
  try {
    await makeFolder(out);
    // With the separator a file of that name is refused, too.
    await access(`${out}${path.sep}`, constants.W_OK);
  } catch (error) {
    throw new InputError(
      `The output folder ${out} can't be written to (${codeOf(error)}).`,
      "Choose another one.",
      "file-not-writable",
    );
  }
}

/**
 * Writes `failed.jsonl` and `report.html`. Everything is paid for by now, so this never fails.
 * @returns a sentence about each file that could not be written
 */
export async function writeOutput(
  out: string,
  { name, results }: { readonly name: string; readonly results: readonly RowResult[] },
): Promise<readonly string[]> {
  const files = {
    "failed.jsonl": () => writeFailedRows(out, results),
    "report.html": () => writeReport(out, { name, results }),
  };
  const unwritten: string[] = [];
  for (const [file, write] of Object.entries(files))
    await write().catch((error: unknown) => {
      unwritten.push(`${path.join(out, file)} could not be written (${codeOf(error)}).`);
    });
  return unwritten;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
