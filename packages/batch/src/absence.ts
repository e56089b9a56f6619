import { InputError } from "@klingkit/core";
import type { BatchOptions } from "./engine.js";
import type { BatchRow } from "./row.js";

/**
 * At Kling a row's own id is taken only once, whoever sends it; CometAPI does not promise that.
 * @throws InputError for rows that nobody has a record of, unless they may be taken for absent
 */
export function checkAbsence(
  { assumeAbsent }: Pick<BatchOptions, "assumeAbsent">,
  dialect: string,
  unknown: readonly BatchRow[],
): void {
  if (assumeAbsent || dialect === "kling" || unknown.length === 0) return;
  const what = `${unknown.length} rows are not in the journal, and CometAPI can't tell whether they were paid for elsewhere.`;
  throw new InputError(
    what,
    "If no other folder or machine has run this batch, allow it: --assume-absent.",
    "absence-unknown",
  );
}
