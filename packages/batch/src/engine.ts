import type { KlingClient, KlingClientOptions, KlingkitError } from "@klingkit/core";
import { callQuietly } from "@klingkit/spec/web";
import { sumOf } from "./dollars.js";
import type { BatchRow } from "./row.js";

/** What an engine gives to the client that it works with. */
export type EngineSettings = Pick<KlingClientOptions, "taskStore" | "limiter" | "budget" | "prepare">;

/** The state of a row after a run. */
export type RowState =
  /** Its results are in their files, or stored by `storeResult`. */
  | "done"
  /** Its files existed already when the batch began. */
  | "skipped"
  /** Its request was refused, or its task failed in every attempt. */
  | "failed"
  /** It can't be known whether its task exists; it is not sent again. */
  | "unknown"
  /** Its task is still running; the next run goes on with it. */
  | "open"
  /** Nothing was sent: the batch was stopped, or the budget was spent. */
  | "not-started";

/** What has become of one row. */
export interface RowResult {
  /** The row as it was given. */
  readonly row: BatchRow;
  readonly state: RowState;
  /** Number of the attempt, 1 for the first. */
  readonly attempt: number;
  /** The own id that the attempt was sent under, or would be. */
  readonly external_task_id?: string;
  /** The provider's id; absent while it is not known. */
  readonly task_id?: string;
  /** Paths of its files, relative to the output folder; with `storeResult` what that returned, such as addresses. */
  readonly files: readonly string[];
  /** Price of its tasks in dollars, by Kling's price list; failed tasks cost nothing. */
  readonly usd: number;
  /** Why there is no result; a message has at most 500 characters. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Something that happened during a run. */
export type BatchEvent =
  | { readonly type: "row-status"; readonly row: BatchRow; readonly status: string; readonly attempt: number }
  | { readonly type: "row-retried"; readonly row: BatchRow; readonly attempt: number; readonly error: KlingkitError }
  | { readonly type: "row-ended"; readonly result: RowResult }
  /** The row was edited after it was paid for, so it will be paid for again. */
  | { readonly type: "row-edited"; readonly row: BatchRow }
  /** There is a problem with the account: no further row is sent. */
  | { readonly type: "stopping"; readonly error: KlingkitError }
  /** The batch can't go on for now, for example because Redis is full, or gone. It goes on by itself when that is solved. */
  | { readonly type: "holding"; readonly error: KlingkitError };

export interface BatchOptions {
  /** The rows of the manifest, each with an id of its own. */
  readonly rows: readonly BatchRow[];
  /** Part of every row's `external_task_id`: the same batch under the same name never pays twice for a row. */
  readonly name: string;
  /** Makes the client that the engine uses; pass the settings on to `createKlingClient`. */
  readonly client: (settings: EngineSettings) => KlingClient | Promise<KlingClient>;
  /**
   * Most tasks that may run at a time, for each model; 1 or more. Tasks that an earlier, interrupted run has left running are not
   * counted by `embeddedEngine`; the provider refuses what is too much, and the row is sent again. Default: learned from the
   * provider's refusals.
   */
  readonly cap?: number | undefined;
  /** Most dollars to spend, by Kling's price list, including earlier runs of the batch. Default: no limit. */
  readonly budget?: number | undefined;
  /** Number of attempts for a row whose task fails for a temporary reason, the first one included. Default 3. */
  readonly attempts?: number | undefined;
  /**
   * Whether rows without a record count as never paid for. At CometAPI "not found" proves nothing. Default false: each
   * such row is looked up there, and the run is refused before anything is sent unless each is found.
   */
  readonly assumeAbsent?: boolean | undefined;
  /**
   * Called with such rows after a look-up did not find them. Return true to treat them as never paid for. Default: the
   * run is refused.
   */
  readonly confirmAbsent?: ((rows: readonly BatchRow[]) => boolean | Promise<boolean>) | undefined;
  /** Called with each event, and not awaited. What it throws, or rejects with, changes nothing. Default: none. */
  readonly onEvent?: ((event: BatchEvent) => void) | undefined;
  /** When it is aborted, no further row is sent, and the running tasks are waited for. */
  readonly drain?: AbortSignal | undefined;
  /** When it is aborted, the run ends at once. Running tasks go on; the next run finds them. */
  readonly signal?: AbortSignal | undefined;
}

/** What has become of a batch. */
export interface BatchSummary {
  /** One for each row, in the order of the rows. */
  readonly results: readonly RowResult[];
  /** How many rows are in each state. */
  readonly counts: Readonly<Record<RowState, number>>;
  /** Price of all rows of this batch in dollars, by Kling's price list. */
  readonly usd: number;
  /** How long the run took, in milliseconds. */
  readonly ms: number;
  /** A sentence about each of `report.html` and `failed.jsonl` that could not be written, for example on a full disk. */
  readonly unwritten: readonly string[];
}

/** Runs the rows of a batch. `embeddedEngine` needs no server. */
export interface BatchEngine {
  run(options: BatchOptions): Promise<BatchSummary>;
}

/**
 * Runs a batch: submits each row at most once, waits for it, and stores its result. After any interruption, make the
 * same call again, and it goes on where it stopped.
 * @throws InputError before anything is sent, if rows may have been paid for and this can't be known, if the output folder
 *   can't be written to, or if it holds a batch of another server
 */
export function runBatch({
  engine,
  onEvent,
  ...options
}: BatchOptions & { readonly engine: BatchEngine }): Promise<BatchSummary> {
  return engine.run({ ...options, ...(onEvent ? { onEvent: (event) => callQuietly(onEvent, event) } : {}) });
}

/** @param started Unix milliseconds */
export function summarise(
  results: readonly RowResult[],
  { started, unwritten }: { readonly started: number; readonly unwritten: readonly string[] },
): BatchSummary {
  const counts = { done: 0, skipped: 0, failed: 0, unknown: 0, open: 0, "not-started": 0 };
  for (const { state } of results) counts[state] += 1;
  return { results, counts, usd: sumOf(results.map(({ usd }) => usd)), ms: Date.now() - started, unwritten };
}
