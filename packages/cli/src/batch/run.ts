import { statSync } from "node:fs";
import path from "node:path";
import {
  type BatchEvent,
  type BatchOptions,
  type BatchRow,
  type BatchSummary,
  embeddedEngine,
  type PlanOptions,
  planBatch,
  runBatch,
} from "@klingkit/batch";
import { BatchError } from "../batch-error.js";
import { type Connection, type ConnectionOptions, connect, connectMock } from "../connection.js";
import { costLine } from "../cost-notice.js";
import { exitCodes, Interruption } from "../exit-code.js";
import type { Io } from "../io.js";
import { notice, printResult } from "../report.js";
import { ask, canAsk } from "./ask.js";
import { createBoard } from "./board.js";
import { type ManifestFlags, nameOf, rowsOf } from "./manifest.js";

/** Flags that every way of running a batch has. */
export interface WatchFlags {
  readonly cap?: number;
  readonly budget?: number;
  readonly attempts?: number;
  readonly assumeAbsent?: boolean;
  readonly jsonl?: boolean;
}

export interface RunFlags extends WatchFlags, ManifestFlags, Omit<ConnectionOptions, "dialect"> {
  readonly out: string;
  readonly mock?: boolean;
  readonly seed?: number;
}

/** `klingkit batch run`: checks the manifest whole, then makes each row once. Ctrl-C drains; a second one ends at once. */
export async function run(source: string, flags: RunFlags, io: Io): Promise<void> {
  const connection = await open(flags, io);
  try {
    const rows = await rowsOf(source, flags, connection.client.dialect, io);
    const out = path.resolve(io.cwd, flags.out);
    const name = nameOf(source, flags, io);
    await printCost(connection, rows, { name, out }, io);
    // In a simulator of this process nothing can have been paid for before.
    const assumeAbsent = flags.assumeAbsent ?? flags.mock ?? false;
    const engine = embeddedEngine({ out });
    const summary = await watching(rows, { ...flags, assumeAbsent }, io, (settings) =>
      runBatch({ rows, name, engine, client: (more) => connection.clientWith(more), ...settings }),
    );
    await reportSummary(summary, { ...flags, source, out }, io);
  } finally {
    await connection.close();
  }
}

/** Says before anything is sent where it goes, and what it costs: at most, where the records of earlier runs are elsewhere. */
export async function printCost(
  connection: Connection,
  rows: readonly BatchRow[],
  where: PlanOptions,
  io: Io,
): Promise<void> {
  const plan = await planBatch(rows, where);
  const most = where.out === undefined ? "at most " : "";
  const cost = `${most}${plan.toPay} of ${plan.rows} rows to pay, about ${plan.units} units ($${plan.usd.toFixed(2)})`;
  io.stderr.write(await costLine(connection, cost));
}

/** Rows of one kind that are named. */
const mostNamed = 20;

/** Runs a batch with what the flags ask for, and shows how it goes. */
export async function watching(
  rows: readonly BatchRow[],
  { cap, budget, attempts, assumeAbsent = false, jsonl }: WatchFlags,
  io: Io,
  work: (settings: Omit<BatchOptions, "rows" | "name" | "client">) => Promise<BatchSummary>,
): Promise<BatchSummary> {
  const board = jsonl ? undefined : createBoard(io, rows.length);
  let edited = 0;
  const onEvent = (event: BatchEvent) => {
    board?.see(event);
    if (jsonl) io.stdout.write(`${JSON.stringify(eventLine(event))}\n`);
    else if (event.type === "row-edited" && ++edited <= mostNamed)
      notice(io, `row ${event.row.id} was edited and will be paid for again`);
    else if (event.type === "stopping") notice(io, `nothing more is sent: ${event.error.message}`);
    else if (event.type === "holding") notice(io, `waiting: ${event.error.message}`);
  };
  try {
    return await interruptibly(io, (signals) => {
      const confirmAbsent = async (absent: readonly BatchRow[]) => {
        const what = absent.length === 1 ? `row ${absent[0]?.id} was` : `${absent.length} rows were`;
        const question = `klingkit: nobody can tell whether ${what} paid for by another folder or machine. Pay for them now?`;
        return board !== undefined && canAsk(io) && board.hold(() => ask(io, question, signals.drain));
      };
      return work({ cap, budget, attempts, assumeAbsent, confirmAbsent, onEvent, ...signals });
    });
  } finally {
    board?.end();
  }
}

function open(flags: RunFlags, io: Io): Promise<Connection> {
  return flags.mock ? connectMock(flags, io) : connect(flags, io);
}

/** Ends softly at the first Ctrl-C, at once at the second. */
async function interruptibly<T>(
  io: Io,
  work: (signals: { readonly drain: AbortSignal; readonly signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const [drain, end] = [new AbortController(), new AbortController()];
  const release = io.onInterrupt((signal) => {
    if (end.signal.aborted) process.exit(exitCodes.unfinished);
    if (drain.signal.aborted) return end.abort(new Interruption(signal));
    notice(io, "nothing new is sent; tasks under way are waited for. Again to end at once.");
    drain.abort(new Interruption(signal));
  });
  try {
    return await work({ drain: drain.signal, signal: end.signal });
  } finally {
    release();
    // What is left is to print: a signal that came now would end the process with the code for "nothing was sent".
    if (drain.signal.aborted) io.onInterrupt(() => {});
  }
}

function eventLine(event: BatchEvent): object {
  if (event.type === "row-ended") {
    const { row, ...result } = event.result;
    return { type: event.type, id: row.id, ...result };
  }
  if (event.type === "stopping" || event.type === "holding")
    return { type: event.type, code: event.error.code, message: event.error.message };
  const { row, ...rest } = event;
  return {
    id: row.id,
    ...rest,
    ...("error" in rest ? { error: { code: rest.error.code, message: rest.error.message } } : {}),
  };
}

interface SummaryFlags extends Pick<WatchFlags, "jsonl">, Pick<ManifestFlags, "pictures"> {
  readonly source: string;
  /** The output folder, absolute. */
  readonly out: string;
}

/**
 * @throws BatchError unless every row has its result
 * @throws OutputError where each has, and that could not be printed
 */
export async function reportSummary(
  { counts, usd, ms, unwritten, results }: BatchSummary,
  { source, out, pictures, jsonl }: SummaryFlags,
  io: Io,
): Promise<void> {
  const { done, skipped, failed, unknown, open } = counts;
  const parts = [
    `${done + skipped} done`,
    `${failed} failed`,
    `${unknown} unknown`,
    `${open} under way`,
    `${counts["not-started"]} not started`,
  ];
  const report = path.join(out, "report.html");
  for (const sentence of unwritten) notice(io, sentence);
  const isThere = !unwritten.some((sentence) => sentence.startsWith(report));
  let unprinted: unknown;
  if (jsonl || isThere)
    await printResult(io, jsonl, { type: "summary", counts, usd, ms, unwritten }, [report]).catch((error: unknown) => {
      unprinted = error;
    });
  io.stderr.write(
    `${parts.filter((part) => !part.startsWith("0 ")).join(", ")}; $${usd.toFixed(2)} by Kling's price list\n`,
  );
  const exitCode = exitCodeOf(counts);
  if (exitCode === exitCodes.ok && unprinted) throw unprinted;
  if (exitCode === exitCodes.ok && unwritten.length === 0) return;
  if (exitCode === exitCodes.ok)
    throw new BatchError("Every row has its result. The same command writes what is missing, and pays for nothing.", {
      exitCode: exitCodes.outputFailed,
      open: [],
    });
  const unsaved = results.filter(({ state, usd }) => state === "failed" && usd > 0);
  for (const { row, error } of unsaved.slice(0, mostNamed))
    notice(io, `row ${row.id} is paid for, and its result is not saved: ${error?.message}`);
  const isUnfinished = unknown + open + counts["not-started"] + unsaved.length > 0;
  const goesOn = isUnfinished ? "The same command goes on where it stopped." : "";
  const hasFiles = results.some(
    ({ row, state }) => state === "failed" && row.picture && !/^https?:/i.test(row.picture),
  );
  const from = hasFiles ? ` with --pictures ${pictures ?? folderOf(path.resolve(io.cwd, source))}` : "";
  const edits =
    failed > unsaved.length
      ? `Rows that failed are in ${path.join(out, "failed.jsonl")}: edit it, and run it${from}.`
      : "";
  throw new BatchError(["Not every row has its result.", goesOn, edits].filter(Boolean).join(" "), {
    exitCode,
    open: [],
  });
}

/** Where the paths of a manifest start. */
function folderOf(manifest: string): string {
  return statSync(manifest, { throwIfNoEntry: false })?.isDirectory() ? manifest : path.dirname(manifest);
}

function exitCodeOf(counts: BatchSummary["counts"]): number {
  if (counts.unknown > 0) return exitCodes.outcomeUnknown;
  if (counts.failed > 0) return exitCodes.batchPartlyFailed;
  if (counts.open > 0) return exitCodes.unfinished;
  return counts["not-started"] > 0 ? exitCodes.batchPartlyFailed : exitCodes.ok;
}
