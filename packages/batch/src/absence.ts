import { AbortedError, InputError, type KlingClient, KlingkitError, type PartialHandle } from "@klingkit/core";
import pLimit from "p-limit";
import type { BatchOptions } from "./engine.js";
import type { BatchRow } from "./row.js";

/** A row that an engine has no record of, with the own id that it would be sent under. */
export interface UnrecordedRow {
  readonly row: BatchRow;
  readonly ownId: string;
}

const looksAtATime = 8;

/**
 * Makes sure that rows without a record may be sent. Kling takes an own id only once, so there they may. CometAPI does not
 * promise that: each row is looked for by its own id, and those that are not found are asked about.
 * @throws InputError for rows that may have been paid for elsewhere, unless they may be taken for absent
 * @throws KlingkitError if CometAPI can't be asked, for example because of a wrong key
 * @throws AbortedError, without a handle because nothing was sent, when the batch is drained or aborted meanwhile
 */
export async function checkAbsence(
  { assumeAbsent, confirmAbsent, drain, signal }: BatchOptions,
  client: KlingClient,
  unrecorded: readonly UnrecordedRow[],
): Promise<void> {
  if (assumeAbsent || client.dialect === "kling") return;
  const stop = AbortSignal.any([drain, signal].filter((one) => one !== undefined));
  let absent: readonly BatchRow[];
  let mayGoOn: boolean | undefined;
  try {
    const found = await pLimit(looksAtATime).map(unrecorded, (one) => findTask(client, one, stop));
    absent = unrecorded.filter((_, index) => !found[index]).map(({ row }) => row);
    mayGoOn = absent.length === 0 || (await confirmAbsent?.(absent));
  } catch (error) {
    throw stop.aborted ? new AbortedError(stop.reason) : error;
  }
  if (mayGoOn) return;
  const rows = absent.length === 1 ? "1 row is" : `${absent.length} rows are`;
  throw new InputError(
    `${rows} neither in the journal nor found at CometAPI, whose "not found" proves nothing.`,
    "If no other folder or machine has run this batch, allow it: --assume-absent.",
    "absence-unknown",
  );
}

/** Looks for a row's task by its own id. @throws KlingkitError if it can't be known whether there is one */
export async function findTask(
  client: KlingClient,
  { row: { family }, ownId }: UnrecordedRow,
  signal: AbortSignal | undefined,
): Promise<PartialHandle | undefined> {
  try {
    const { task_id } = await client.family(family).get({ external_task_id: ownId }, { signal });
    return { family, external_task_id: ownId, task_id };
  } catch (error) {
    if (KlingkitError.isInstance(error) && error.code === "task-not-found") return undefined;
    throw error;
  }
}
