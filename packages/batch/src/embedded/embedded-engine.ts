import { mkdir } from "node:fs/promises";
import path from "node:path";
import { createLimiter } from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { createBudget } from "@klingkit/core/pricing";
import pLimit from "p-limit";
import { checkAbsence } from "../absence.js";
import { type BatchEngine, type BatchOptions, type BatchSummary, type RowResult, summarise } from "../engine.js";
import { writeFailedRows } from "../failed-rows.js";
import { writeReport } from "../report/write-report.js";
import type { BatchRow } from "../row.js";
import { type Journal, journalFolder, openJournal, type RowNote } from "./journal.js";
import { RowRunner } from "./row-runner.js";

export interface EmbeddedEngineOptions {
  /** Folder of the results; made where it does not exist. The journal lies in it, in `.klingkit/journal`. */
  readonly out: string;
}

/** Rows that are made ready while as many tasks as the cap allows are under way: their pictures are in memory. */
const readyRows = 12;
/** Rows at a time where no cap is given and the provider's refusals have to teach one. */
const rowsWithoutCap = 64;
const downloads = 8;

/**
 * Works off a batch in this process, without a server. Its journal is core's task store in files; recovery, waiting and
 * downloads are core's. Several processes may work on one folder: each row is sent by one of them.
 */
export function embeddedEngine({ out }: EmbeddedEngineOptions): BatchEngine {
  return { run: (options) => run(path.resolve(out), options) };
}

async function run(out: string, options: BatchOptions): Promise<BatchSummary> {
  const started = Date.now();
  await mkdir(out, { recursive: true });
  const stopping = new AbortController();
  const drain = AbortSignal.any(
    [options.drain, options.signal, stopping.signal].filter((signal) => signal !== undefined),
  );
  const intents = new Map<string, RowNote>();
  const journal = await openJournal(journalFolder(out), (ownId) => intents.get(ownId), drain);
  const client = await options.client({ taskStore: journal, prepare, ...guards(options, journal) });
  const download = pLimit(downloads);
  const runner = new RowRunner({
    options: { ...options, drain },
    client,
    journal,
    out,
    intents,
    download,
    stop: (error) => {
      if (!stopping.signal.aborted) options.onEvent?.({ type: "stopping", error });
      stopping.abort(error);
    },
  });
  const open = beginning(options, journal, runner);
  checkAbsence(
    options,
    client.dialect,
    open.rows.filter((row) => runner.lastAttempt(row) === 0),
  );
  const results = [...open.results, ...(await workOff(open.rows, runner, options))];
  const inOrder = sorted(results, options.rows);
  await writeFailedRows(out, inOrder);
  await writeReport(out, { name: options.name, results: inOrder });
  return summarise(inOrder, started);
}

function guards({ cap, budget }: BatchOptions, journal: Journal) {
  const limiter = createLimiter(cap === undefined ? {} : { tasks: cap });
  if (budget === undefined) return { limiter };
  return { limiter, budget: createBudget({ budget: Math.max(0, budget - spent(journal)) }) };
}

/** What earlier runs have spent, and may have spent: what failed and what was refused costs nothing. */
function spent(journal: Journal): number {
  let usd = 0;
  for (const { record, note } of journal.notes())
    if (record.state !== "refused" && note.outcome !== "failed") usd += note.usd;
  return usd;
}

/** What is finished already, and what is left; tells of rows that will be paid for again. */
function beginning({ rows, name, onEvent }: BatchOptions, journal: Journal, runner: RowRunner) {
  const paid = new Map<string, string>();
  for (const { record, note } of journal.notes())
    if (note.batch === name && record.state !== "refused") paid.set(note.row, note.digest);
  const results: RowResult[] = [];
  const left: BatchRow[] = [];
  for (const row of rows) {
    const finished = runner.finished(row);
    if (finished) {
      results.push(finished);
      onEvent?.({ type: "row-ended", result: finished });
      continue;
    }
    left.push(row);
    if (runner.lastAttempt(row) === 0 && paid.has(row.id)) onEvent?.({ type: "row-edited", row });
  }
  return { results, rows: left };
}

async function workOff(
  rows: readonly BatchRow[],
  runner: RowRunner,
  { cap, onEvent }: BatchOptions,
): Promise<RowResult[]> {
  const limit = pLimit(cap === undefined ? rowsWithoutCap : cap + readyRows);
  return limit.map(rows, async (row) => {
    const result = await runner.run(row);
    onEvent?.({ type: "row-ended", result });
    return result;
  });
}

function sorted(results: readonly RowResult[], rows: readonly BatchRow[]): RowResult[] {
  const places = new Map(rows.map(({ id }, index) => [id, index]));
  return [...results].sort((left, right) => (places.get(left.row.id) ?? 0) - (places.get(right.row.id) ?? 0));
}
