import { setMaxListeners } from "node:events";
import path from "node:path";
import { createLimiter, InputError, type KlingClient } from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { createBudget } from "@klingkit/core/pricing";
import pLimit from "p-limit";
import { checkAbsence } from "../absence.js";
import { type BatchEngine, type BatchOptions, type BatchSummary, type RowResult, summarise } from "../engine.js";
import { openOutput, writeOutput } from "../output-folder.js";
import type { BatchRow } from "../row.js";
import { type Journal, journalFolder, openJournal } from "./journal.js";
import { RowRunner } from "./row-runner.js";

export interface EmbeddedEngineOptions {
  /** Folder for the results; it is made if it does not exist. The journal is in it, in `.klingkit/journal`. */
  readonly out: string;
}

/** Rows beyond the cap that are prepared meanwhile. Their pictures are in memory. */
const readyRows = 12;
/** Rows at a time without a cap: the limiter learns it from the provider's refusals. */
const rowsWithoutCap = 64;
const downloads = 8;

/**
 * Runs a batch in this process, without a server. Its journal is core's task store in files; core also does recovery,
 * waiting and downloads. Several processes may use one folder: each row is sent by one of them.
 */
export function embeddedEngine({ out }: EmbeddedEngineOptions): BatchEngine {
  return { run: (options) => run(path.resolve(out), options) };
}

async function run(out: string, options: BatchOptions): Promise<BatchSummary> {
  const started = Date.now();
  await openOutput(out);
  const stopping = new AbortController();
  const drain = AbortSignal.any(
    [options.drain, options.signal, stopping.signal].filter((signal) => signal !== undefined),
  );
  // Each row that is under way listens to them.
  for (const signal of [drain, options.signal]) if (signal) setMaxListeners(0, signal);
  const journal = await openJournal(journalFolder(out), drain);
  const client = await options.client({ taskStore: journal, prepare, ...guards(options, journal) });
  checkServer(out, journal, client);
  const download = pLimit(downloads);
  const runner = new RowRunner({
    options: { ...options, drain },
    client,
    journal,
    out,
    download,
    stop: (error) => {
      if (!stopping.signal.aborted) options.onEvent?.({ type: "stopping", error });
      stopping.abort(error);
    },
  });
  const open = splitRows(options, journal, runner);
  await checkAbsence(options, client, runner.unrecorded(open.rows));
  const results = [...open.results, ...(await runRows(open.rows, runner, options))];
  const inOrder = sorted(results, options.rows);
  const unwritten = await writeOutput(out, { name: options.name, results: inOrder });
  return summarise(inOrder, { started, unwritten });
}

/** @throws InputError for the journal of another server, whose rows would be taken for finished, or be resumed here */
function checkServer(out: string, journal: Journal, client: KlingClient): void {
  const { origin } = new URL(client.baseUrl);
  for (const { record } of journal.notes()) {
    if (record.state === "refused" || record.origin === "" || record.origin === origin) continue;
    throw new InputError(
      `${out} holds a batch of ${record.origin}, and this run goes to ${origin}.`,
      "Give another output folder.",
    );
  }
}

function guards(options: BatchOptions, journal: Journal) {
  const { cap, budget } = options;
  const limiter = createLimiter({ tasks: cap });
  return budget === undefined
    ? { limiter }
    : { limiter, budget: createBudget({ budget, spent: spent(journal, options) }) };
}

/**
 * What earlier runs of the batch have spent, and may have spent: what failed and what was refused costs nothing. Rows of this
 * run whose request may be out are left out: the budget counts them again when they are submitted again, under the same own id.
 */
function spent(journal: Journal, { rows, name }: BatchOptions): number {
  const digests = new Map(rows.map(({ id, digest }) => [id, digest]));
  let usd = 0;
  for (const { record, note } of journal.notes()) {
    if (note.batch !== name) continue;
    const comesAgain = /^(sending|unknown)$/.test(record.state) && digests.get(note.row) === note.digest;
    if (record.state !== "refused" && note.outcome !== "failed" && !comesAgain) usd += note.usd;
  }
  return usd;
}

/** Splits the rows into the results of finished ones and the rows that are left. Reports rows that will be paid for again. */
function splitRows({ rows, name, onEvent }: BatchOptions, journal: Journal, runner: RowRunner) {
  const paid = new Set<string>();
  for (const { record, note } of journal.notes())
    if (note.batch === name && record.state !== "refused" && note.outcome !== "failed") paid.add(note.row);
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

async function runRows(
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
