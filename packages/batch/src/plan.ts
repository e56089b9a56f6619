import { existsSync } from "node:fs";
import path from "node:path";
import { fileTaskStore } from "@klingkit/core/node";
import { typicalSeconds } from "@klingkit/spec";
import { slotKey, slotsOf } from "@klingkit/spec/slots";
import { sumOf } from "./dollars.js";
import { isNote, journalFolder, type RowNote } from "./embedded/journal.js";
import type { BatchRow } from "./row.js";

export interface PlanOptions {
  /** The batch's name, as the run is given it. */
  readonly name: string;
  /** The output folder, whose finished rows are left out. Default: none. */
  readonly out?: string | undefined;
  /** Most tasks that may run at a time, for each model. Without it the plan has no time. */
  readonly cap?: number | undefined;
  /** How long one task takes, in seconds. Default: the run times on record, or three minutes. */
  readonly taskSeconds?: number | undefined;
}

/** What a run would do, what it would cost, and how long it would take. */
export interface Plan {
  /** All rows. */
  readonly rows: number;
  /** Rows that are finished, with their files in place. */
  readonly finished: number;
  /** Rows that are paid for but not finished: the run only waits for them or downloads them. */
  readonly underWay: number;
  /** Rows that have failed and would fail again: the run sends them only after they were edited. */
  readonly failed: number;
  /** Rows that have to be paid for: new rows, rows that were edited, and rows that failed for a temporary reason. */
  readonly toPay: number;
  /** Ids of those that were paid for before they were edited. */
  readonly edited: readonly string[];
  /** Units of the rows that have to be paid for, by Kling's price list. */
  readonly units: number;
  /** The same in dollars. */
  readonly usd: number;
  /** Rows whose price is not known; the sums leave them out. */
  readonly unpriced: number;
  /** How long the rows that have to be paid for take, in seconds; undefined without a `cap`. */
  readonly seconds: number | undefined;
}

/**
 * Computes what a run of these rows would do. It reads the journal of the output folder, and sends and writes nothing.
 */
export async function planBatch(rows: readonly BatchRow[], options: PlanOptions): Promise<Plan> {
  const known = await notesOf(options);
  const toPay: BatchRow[] = [];
  const edited: string[] = [];
  let [finished, underWay, failed] = [0, 0, 0];
  for (const row of rows) {
    const notes = known.get(row.id) ?? [];
    const note = notes
      .filter(({ digest }) => digest === row.digest)
      .sort((left, right) => right.attempt - left.attempt)[0];
    if (note && isFinished(note, options.out)) finished += 1;
    else if (note && note.outcome !== "failed") underWay += 1;
    else if (note && !note.error?.passes) failed += 1;
    else {
      toPay.push(row);
      if (!note && notes.some(({ outcome }) => outcome !== "failed")) edited.push(row.id);
    }
  }
  return {
    rows: rows.length,
    finished,
    underWay,
    failed,
    toPay: toPay.length,
    edited,
    ...costOf(toPay),
    seconds: secondsOf(toPay, options),
  };
}

async function notesOf({ name, out }: PlanOptions): Promise<Map<string, RowNote[]>> {
  const notes = new Map<string, RowNote[]>();
  if (out === undefined || !existsSync(journalFolder(out))) return notes;
  for (const { note, state } of await fileTaskStore(journalFolder(out), { limit: Number.POSITIVE_INFINITY }).list()) {
    if (!isNote(note) || note.batch !== name || state === "refused") continue;
    notes.set(note.row, [...(notes.get(note.row) ?? []), note]);
  }
  return notes;
}

function isFinished({ outcome, files = [] }: RowNote, out = ""): boolean {
  return outcome === "succeeded" && files.length > 0 && files.every((name) => existsSync(path.join(out, name)));
}

function costOf(rows: readonly BatchRow[]) {
  const priced = rows.filter(({ usd }) => usd !== null);
  return {
    units: sumOf(priced.map(({ units }) => units ?? 0)),
    usd: sumOf(priced.map(({ usd }) => usd ?? 0)),
    unpriced: rows.length - priced.length,
  };
}

/** Models have slots of their own and run beside each other; within one, tasks follow each other in rounds. */
function secondsOf(rows: readonly BatchRow[], { cap, taskSeconds }: PlanOptions): number | undefined {
  if (cap === undefined) return undefined;
  const lanes = new Map<string, { slots: number; longest: number; sum: number }>();
  for (const { family, body } of rows) {
    const key = slotKey(family, body);
    const lane = lanes.get(key) ?? { slots: 0, longest: 0, sum: 0 };
    const seconds = taskSeconds ?? typicalSeconds(family, body) ?? usualSeconds;
    const slots = slotsOf(family, body);
    lanes.set(key, {
      slots: lane.slots + slots,
      longest: Math.max(lane.longest, seconds),
      sum: lane.sum + seconds * slots,
    });
  }
  // The last round takes as long as the others, even with fewer tasks.
  const spans = [...lanes.values()].map(({ slots, longest, sum }) =>
    Math.max(longest, (sum / slots) * Math.ceil(slots / cap)),
  );
  return Math.max(0, ...spans);
}

/** Where nothing is on record: three minutes. */
const usualSeconds = 180;
