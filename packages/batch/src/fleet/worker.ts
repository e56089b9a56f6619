import {
  AbortedError,
  type AnyTask,
  type FamilyName,
  type KlingClient,
  KlingkitError,
  SubmitOutcomeUnknownError,
  TaskFailedError,
  WaitTimeoutError,
} from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { families } from "@klingkit/spec";
import { slotKey } from "@klingkit/spec/slots";
import { DelayedError, type Job, Worker } from "bullmq";
import type { BatchOptions, RowState } from "../engine.js";
import { shortError, stopsBatch } from "../errors.js";
import { unpackRow } from "../packed-row.js";
import { saveResults } from "../results.js";
import type { BatchRow } from "../row.js";
import { type CheckJob, connect, Fleet, type FleetOptions, leaveNothing, type RowJob } from "./fleet.js";

export interface FleetWorkerOptions extends FleetOptions {
  /** Makes the client; pass the settings on to `createKlingClient`. */
  readonly client: BatchOptions["client"];
  /** Keeps the results of a row and says what they are called. Default: downloads them into `out`. */
  readonly storeResult?: (row: BatchRow, task: AnyTask, client: KlingClient) => Promise<readonly string[]>;
  /** Folder for results; needed without `storeResult`. */
  readonly out?: string;
  /** Folder on this machine that pictures' paths start from. Default: the working folder. */
  readonly pictures?: string;
  /** Rows that this worker submits at a time. Default 8. */
  readonly concurrency?: number;
  /** Told of the statuses that this worker sees. */
  readonly onStatus?: (row: BatchRow, status: string, attempt: number) => void;
}

export interface FleetWorker {
  /** Takes no more jobs and ends when those in hand are done. */
  close(): Promise<void>;
  /** Ends at once; others take over what was in hand. */
  abort(): Promise<void>;
}

/** A killed worker's jobs are found within this time, in milliseconds, and it renews its own more often. */
const lock = { lockDuration: 1_500, stalledInterval: 500, maxStalledCount: 10_000 };
/** Without a free slot nobody asks for so long, in milliseconds. */
const slotPauseMs = 100;
/** Refusals in passing after which a row is left for the next run. */
const mostRefusals = 8;

/** Works off the rows of a fleet until it is closed. Any number of them may run, on any number of machines. */
export async function startWorker(options: FleetWorkerOptions): Promise<FleetWorker> {
  const fleet = new Fleet(options);
  const ending = new AbortController();
  const client = await options.client({ taskStore: fleet.store(), prepare });
  const hand = new Hand({ options, fleet, client, signal: ending.signal });
  const settings = { prefix: `${fleet.prefix}:queues`, ...lock };
  const { concurrency = 8 } = options;
  const connections = [connect(options.redis), connect(options.redis)] as const;
  const rows: Worker<RowJob> = new Worker<RowJob>("rows", (job, token) => hand.submit(job, token, rows), {
    ...settings,
    connection: connections[0],
    concurrency,
  });
  const checks = new Worker<CheckJob>("checks", (job, token) => hand.check(job, token), {
    ...settings,
    connection: connections[1],
    concurrency: concurrency * 4,
  });
  for (const worker of [rows, checks]) worker.on("error", () => {});
  const end = async () => {
    await Promise.allSettled([rows.close(), checks.close()]);
    for (const connection of connections) connection.disconnect();
    await fleet.close();
  };
  return {
    close: end,
    async abort() {
      ending.abort(new Error("the worker is ended"));
      await end();
    },
  };
}

/** What one worker does with a job. */
class Hand {
  readonly #options: FleetWorkerOptions;
  readonly #fleet: Fleet;
  readonly #client: KlingClient;
  readonly #signal: AbortSignal;

  constructor(parts: {
    readonly options: FleetWorkerOptions;
    readonly fleet: Fleet;
    readonly client: KlingClient;
    readonly signal: AbortSignal;
  }) {
    this.#options = parts.options;
    this.#fleet = parts.fleet;
    this.#client = parts.client;
    this.#signal = parts.signal;
  }

  async submit(job: Job<RowJob>, token: string | undefined, worker: Worker<RowJob>): Promise<void> {
    const { ledger } = this.#fleet;
    const row = this.#rowOf(job);
    const ownId = this.#fleet.ownIdOf(job.data);
    const stopped = await this.#fleet.stopped();
    if (stopped)
      return this.#end(job.data, "not-started", { code: "stopped", message: stopped.reason }, job.data.attempt);
    const { cap, budget } = await this.#fleet.settings();
    const model = slotKey(row.family, row.body);
    if (!(await ledger.takeSlot(model, ownId, cap))) {
      await worker.rateLimit(slotPauseMs);
      throw Worker.RateLimitError();
    }
    if (!(await ledger.book(ownId, row.usd ?? 0, budget))) {
      await ledger.freeSlot(model, ownId);
      const error = { code: "over-budget", message: "The fleet's budget is spent." };
      return this.#end(job.data, "not-started", error, job.data.attempt);
    }
    try {
      const task = await this.#client
        .family(row.family as FamilyName)
        .submit({ ...row.body, external_task_id: ownId } as never, { signal: this.#signal });
      this.#options.onStatus?.(row, task.task_status, job.data.attempt);
      await this.#look(job.data, ownId, task.task_id, this.#firstPollMs(row.family));
    } catch (error) {
      await this.#refused(job, token, { error, model, ownId });
    }
  }

  /** Asks once for a task; one that has not ended is asked for again later, by whichever worker is free. */
  async check(job: Job<CheckJob>, token: string | undefined): Promise<void> {
    const { ownId, task_id } = job.data;
    const row = this.#rowOf(job);
    const handle = { family: row.family, task_id, external_task_id: ownId };
    let task: AnyTask;
    try {
      task = await this.#client.resume(handle, { timeoutMs: 0, signal: this.#signal });
    } catch (error) {
      if (error instanceof TaskFailedError) return this.#failed(job.data, row, error);
      if (error instanceof WaitTimeoutError || error instanceof AbortedError)
        return this.#later(job, token, this.#pollMs(row.family));
      if (!KlingkitError.isInstance(error) || (job.attemptsStarted ?? 0) < 50)
        return this.#later(job, token, this.#pollMs(row.family));
      return this.#end(job.data, "unknown", shortError(error), job.data.attempt);
    }
    await this.#fleet.ledger.freeSlot(slotKey(row.family, row.body), ownId);
    await this.#store(job, token, row, task);
  }

  async #store(job: Job<CheckJob>, token: string | undefined, row: BatchRow, task: AnyTask): Promise<void> {
    const { storeResult, out } = this.#options;
    try {
      const files = storeResult
        ? await storeResult(row, task, this.#client)
        : await saveResults(this.#client, task, { row, out: out ?? ".", signal: this.#signal });
      await this.#fleet.keep(row.id, { ...this.#facts(job.data, "done"), files, usd: row.usd ?? 0 });
    } catch (error) {
      const isLast =
        (job.attemptsStarted ?? 0) >= 50 || (KlingkitError.isInstance(error) && error.retry === "after-fix");
      if (!isLast || this.#signal.aborted) return this.#later(job, token, this.#pollMs(row.family));
      const short = KlingkitError.isInstance(error)
        ? shortError(error)
        : { code: "result-not-kept", message: String(error) };
      await this.#end(job.data, "failed", short, job.data.attempt);
    }
  }

  async #failed(data: CheckJob, row: BatchRow, error: KlingkitError): Promise<void> {
    const { ledger } = this.#fleet;
    const { attempts = 3 } = await this.#fleet.settings();
    await ledger.giveBack(data.ownId);
    await ledger.freeSlot(slotKey(row.family, row.body), data.ownId);
    const passes = error.retry === "after-delay";
    if (passes && data.attempt < attempts) return this.#fleet.add([{ row: data.row, attempt: data.attempt + 1 }]);
    await this.#end(data, "failed", shortError(error), passes ? data.attempt + 1 : undefined);
  }

  /** The end of a submit that brought no task. */
  async #refused(
    job: Job<RowJob>,
    token: string | undefined,
    { error, model, ownId }: { readonly error: unknown; readonly model: string; readonly ownId: string },
  ): Promise<void> {
    const { ledger } = this.#fleet;
    // Redis was lost, or this worker ends: the slot and the money stay taken, and whoever goes on has them.
    if (!KlingkitError.isInstance(error) || error instanceof AbortedError) return this.#later(job, token, 0);
    await ledger.freeSlot(model, ownId);
    if (error instanceof SubmitOutcomeUnknownError)
      return this.#end(job.data, "unknown", shortError(error), job.data.attempt);
    await ledger.giveBack(ownId);
    if (stopsBatch(error)) {
      await this.#fleet.stop(error.message);
      return this.#end(job.data, "not-started", shortError(error), job.data.attempt);
    }
    const { refusals = 0 } = job.data;
    if (error.retry === "after-delay" && refusals < mostRefusals) {
      await job.updateData({ ...job.data, refusals: refusals + 1 });
      return this.#later(job, token, this.#pollMs(job.data.row.family) * 2 ** refusals);
    }
    await this.#end(
      job.data,
      "failed",
      shortError(error),
      error.retry === "after-delay" ? job.data.attempt : undefined,
    );
  }

  async #look(data: RowJob, ownId: string, task_id: string, delay: number): Promise<void> {
    await this.#fleet.checks.add("check", { ...data, ownId, task_id }, { jobId: ownId, delay, ...leaveNothing });
  }

  /** Puts the job back into its queue. */
  async #later(job: Job, token: string | undefined, ms: number): Promise<never> {
    await job.moveToDelayed(Date.now() + ms, token);
    throw new DelayedError();
  }

  #end(
    data: RowJob,
    state: RowState,
    error: { readonly code: string; readonly message: string },
    nextAttempt: number | undefined,
  ): Promise<void> {
    return this.#fleet.keep(data.row.id, {
      ...this.#facts(data, state),
      error,
      ...(nextAttempt === undefined ? {} : { nextAttempt }),
    });
  }

  #facts(data: RowJob, state: RowState) {
    const external_task_id = this.#fleet.ownIdOf(data);
    const task = "task_id" in data && typeof data.task_id === "string" ? { task_id: data.task_id } : {};
    return {
      digest: data.row.digest,
      state,
      attempt: data.attempt,
      external_task_id,
      ...task,
      files: [] as readonly string[],
      usd: 0,
    };
  }

  #rowOf(job: Job<RowJob>): BatchRow {
    return unpackRow(job.data.row, this.#options.pictures ?? process.cwd());
  }

  #pollMs(family: string): number {
    return this.#client.isLocal ? 100 : (families[family as FamilyName]?.pollMs[0] ?? 5_000);
  }

  #firstPollMs(family: string): number {
    return this.#client.isLocal ? 100 : (families[family as FamilyName]?.firstPollMs ?? 10_000);
  }
}
