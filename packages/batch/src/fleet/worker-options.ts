import type { KlingClient } from "@klingkit/core";
import type { BatchEvent, BatchOptions } from "../engine.js";
import type { StoreResult } from "../store-result.js";
import type { Durations } from "./durations.js";
import type { RowNews } from "./events.js";
import type { Fleet, FleetOptions } from "./fleet.js";

export interface FleetWorkerOptions extends FleetOptions {
  /** Makes the client; pass the settings on to `createKlingClient`. */
  readonly client: BatchOptions["client"];
  /** Stores results elsewhere, for example in a bucket. Default: files in `out`. */
  readonly storeResult?: StoreResult | undefined;
  /** Folder for results; it is made if it does not exist. Needed without `storeResult`. */
  readonly out?: string | undefined;
  /** Folder on this machine for the paths of pictures. Default: the working folder. */
  readonly pictures?: string | undefined;
  /** Rows that this worker submits at a time. Default 8. */
  readonly concurrency?: number | undefined;
  /**
   * Public address for the provider's callbacks; `fleetCallbacks` receives them. The worker still polls tasks, but less
   * often. Default: none.
   */
  readonly callbackUrl?: string | undefined;
  /**
   * How long a worker follows a task, in milliseconds. A row whose task takes longer stays `open`. Default 30 minutes.
   */
  readonly taskTimeoutMs?: number | undefined;
  /**
   * How long a closing worker waits for a Redis that does not answer, in milliseconds. After that it ends as if it was
   * killed, and other workers take over its jobs. Default 10 seconds.
   */
  readonly redisPatienceMs?: number | undefined;
  /** Called with the statuses and retries that this worker sees, and not awaited. What it throws, or rejects with, changes nothing. */
  readonly onEvent?: ((event: BatchEvent) => void) | undefined;
}

/** What the work on a job needs. */
export interface WorkerContext {
  readonly options: FleetWorkerOptions;
  readonly fleet: Fleet;
  readonly client: KlingClient;
  readonly durations: Durations;
  /** Aborted when the worker ends at once. */
  readonly signal: AbortSignal;
  /** Tells this worker's `onEvent`, and all processes that listen, of a row. */
  readonly tell: (news: RowNews) => void;
  /** Called when a newer version works with this fleet: the worker takes no more jobs. */
  readonly retire: () => void;
}
