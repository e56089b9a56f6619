import type { KlingClient, KlingClientOptions, KlingkitError } from "@klingkit/core";
import type { BatchRow } from "./row.js";

/** What an engine gives to the client that it works with. */
export type EngineSettings = Pick<KlingClientOptions, "taskStore" | "limiter" | "budget" | "prepare">;

/** What became of a row. */
export type RowState =
  /** Its results are in their files, or where `storeResult` has put them. */
  | "done"
  /** Its files were in place already when the batch began. */
  | "skipped"
  /** Its task failed, or its request was refused: for good, or in every try. */
  | "failed"
  /** Nobody can tell whether its task exists; it is not sent again. */
  | "unknown"
  /** Its task is under way; the next run goes on with it. */
  | "open"
  /** Nothing was sent: the batch was stopped, or there was no money left for it. */
  | "not-started";

export interface RowResult {
  readonly row: BatchRow;
  readonly state: RowState;
  /** Which try of the row; 1 for the first. */
  readonly attempt: number;
  readonly external_task_id?: string;
  readonly task_id?: string;
  /** Names of its files, from the output folder. */
  readonly files: readonly string[];
  /** Dollars that its tasks cost by Kling's price list; what failed costs nothing. */
  readonly usd: number;
  readonly error?: { readonly code: string; readonly message: string };
}

export type BatchEvent =
  | { readonly type: "row-status"; readonly row: BatchRow; readonly status: string; readonly attempt: number }
  | { readonly type: "row-retried"; readonly row: BatchRow; readonly attempt: number; readonly error: KlingkitError }
  | { readonly type: "row-ended"; readonly result: RowResult }
  /** The row's request has changed since it was paid for: it will be paid for again. */
  | { readonly type: "row-edited"; readonly row: BatchRow }
  /** Something is wrong with the account: nothing more is sent. */
  | { readonly type: "stopping"; readonly error: KlingkitError }
  /** Something keeps the batch from going on, such as a full Redis. It goes on by itself once that is mended. */
  | { readonly type: "holding"; readonly error: KlingkitError };

export interface BatchOptions {
  readonly rows: readonly BatchRow[];
  /** Part of every own id: the same batch under the same name never pays twice for a row. */
  readonly name: string;
  /** Makes the client that the engine works with; pass the settings on to `createKlingClient`. */
  readonly client: (settings: EngineSettings) => KlingClient | Promise<KlingClient>;
  /** Most tasks at a time for each model, as the account allows. Default: learned from the provider's refusals. */
  readonly cap?: number;
  /** Most dollars by Kling's price list, what earlier runs of the batch have spent included. Default: no limit. */
  readonly budget?: number;
  /** Tries of a row whose task fails for a passing reason. Default 3. */
  readonly attempts?: number;
  /**
   * Takes rows that the engine has no record of for never paid. CometAPI can't tell: its "not found" proves nothing. Default
   * false: such rows are looked for there, and refused before anything is sent unless each is found.
   */
  readonly assumeAbsent?: boolean;
  /** Asked about such rows, once each was looked for and not found; true takes them for absent. Default: they are refused. */
  readonly confirmAbsent?: (rows: readonly BatchRow[]) => boolean | Promise<boolean>;
  readonly onEvent?: (event: BatchEvent) => void;
  /** Nothing new is sent once it is aborted; what is under way is waited for. */
  readonly drain?: AbortSignal;
  /** Ends at once. Tasks that are under way go on; the next run finds them. */
  readonly signal?: AbortSignal;
}

export interface BatchSummary {
  readonly results: readonly RowResult[];
  readonly counts: Readonly<Record<RowState, number>>;
  /** Dollars by Kling's price list for what this batch holds now. */
  readonly usd: number;
  readonly ms: number;
}

/** Where and how rows are worked off. `embeddedEngine` needs no server. */
export interface BatchEngine {
  run(options: BatchOptions): Promise<BatchSummary>;
}

/**
 * Works off the rows of a batch: submits each at most once, waits, and keeps its result. The same call again goes on where
 * the last one stopped, whatever ended it.
 * @throws InputError before anything is sent, where rows may have been paid for and nobody can tell
 */
export function runBatch({
  engine,
  ...options
}: BatchOptions & { readonly engine: BatchEngine }): Promise<BatchSummary> {
  return engine.run(options);
}

/** @param started Unix milliseconds */
export function summarise(results: readonly RowResult[], started: number): BatchSummary {
  const counts = { done: 0, skipped: 0, failed: 0, unknown: 0, open: 0, "not-started": 0 };
  for (const { state } of results) counts[state] += 1;
  const usd = Math.round(results.reduce((sum, result) => sum + result.usd, 0) * 1e4) / 1e4;
  return { results, counts, usd, ms: Date.now() - started };
}
