import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KlingkitError } from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { checkAbsence } from "../absence.js";
import { type BatchEngine, type BatchOptions, type BatchSummary, type RowResult, summarise } from "../engine.js";
import { writeFailedRows } from "../failed-rows.js";
import { packRow } from "../packed-row.js";
import { writeReport } from "../report/write-report.js";
import type { BatchRow } from "../row.js";
import { Fleet, type FleetOptions, type RowJob, type StoredResult } from "./fleet.js";
import { type FleetWorker, type FleetWorkerOptions, startWorker } from "./worker.js";

export interface FleetEngineOptions
  extends Omit<FleetOptions, "name">,
    Pick<FleetWorkerOptions, "storeResult" | "pictures" | "concurrency"> {
  /** Folder for the report, failed.jsonl, and results unless `storeResult` keeps them. */
  readonly out: string;
  /** Workers in this process. Default 1; 0 where others do the work. */
  readonly workers?: number;
}

/** Rows in the queue at a time: the rest waits outside of Redis. */
const windowRows = 5_000;
const lookMs = 100;

/** Works off a batch with a fleet of workers over Redis: feeds rows, and waits until each has its result. */
export function fleetEngine(options: FleetEngineOptions): BatchEngine {
  return { run: (batch) => new FleetRun(options, batch).run() };
}

class FleetRun {
  readonly #options: FleetEngineOptions;
  readonly #batch: BatchOptions;
  readonly #fleet: Fleet;
  readonly #out: string;
  readonly #results = new Map<string, RowResult>();

  constructor(options: FleetEngineOptions, batch: BatchOptions) {
    this.#options = options;
    this.#batch = batch;
    this.#out = path.resolve(options.out);
    this.#fleet = new Fleet({ redis: options.redis, name: batch.name });
  }

  async run(): Promise<BatchSummary> {
    const started = Date.now();
    const { rows, name, cap, budget, attempts } = this.#batch;
    const workers: FleetWorker[] = [];
    try {
      await mkdir(this.#out, { recursive: true });
      await this.#fleet.setSettings({
        ...(cap === undefined ? {} : { cap }),
        ...(budget === undefined ? {} : { budget }),
        ...(attempts === undefined ? {} : { attempts }),
      });
      const jobs = await this.#begin();
      await this.#fleet.resume();
      for (let count = this.#options.workers ?? 1; count > 0; count -= 1) workers.push(await this.#worker());
      await this.#feed(jobs, workers);
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
      await this.#fleet.close();
    }
    const results = rows.map((row) => this.#results.get(row.id) ?? result(row, undefined, "not-started"));
    await writeFailedRows(this.#out, results);
    await writeReport(this.#out, { name, results });
    return summarise(results, started);
  }

  #worker(): Promise<FleetWorker> {
    const { client, name, onEvent } = this.#batch;
    const onStatus = (row: BatchRow, status: string, attempt: number) =>
      onEvent?.({ type: "row-status", row, status, attempt });
    return startWorker({ ...this.#options, out: this.#out, client, name, onStatus });
  }

  /** What is left to do. @throws InputError where rows may have been paid for elsewhere */
  async #begin(): Promise<RowJob[]> {
    const { rows, onEvent, client } = this.#batch;
    const stored = await this.#fleet.results();
    const jobs: RowJob[] = [];
    const unknown: BatchRow[] = [];
    const tasks = new Set((await this.#fleet.store().list()).map(({ external_task_id }) => external_task_id));
    for (const row of rows) {
      const known = stored.get(row.id);
      const isSame = known?.digest === row.digest;
      if (isSame && this.#isOver(known)) this.#ended(row, known, known.state === "done" ? "skipped" : known.state);
      else {
        const job = { row: packRow(row), attempt: (isSame ? known.nextAttempt : undefined) ?? 1 };
        jobs.push(job);
        if (!known && !tasks.has(this.#fleet.ownIdOf(job))) unknown.push(row);
        if (known && !isSame) onEvent?.({ type: "row-edited", row });
      }
    }
    const { dialect } = await client({ taskStore: this.#fleet.store(), prepare });
    checkAbsence(this.#batch, dialect, unknown);
    await this.#fleet.forget(jobs.map(({ row }) => row.id));
    return jobs;
  }

  #isOver({ state, files, nextAttempt }: StoredResult): boolean {
    if (state !== "done") return state === "failed" && nextAttempt === undefined;
    return this.#options.storeResult !== undefined || files.every((name) => existsSync(path.join(this.#out, name)));
  }

  /** Puts rows into the queue as others leave it, until each has ended or the batch is stopped. */
  async #feed(jobs: readonly RowJob[], workers: readonly FleetWorker[]): Promise<void> {
    const { drain, signal, onEvent } = this.#batch;
    const rows = new Map(this.#batch.rows.map((row) => [row.id, row]));
    const open = new Map<string, RowJob>();
    let [fed, place, isCancelled, isStopping] = [0, await this.#fleet.endedCount(), false, false];
    while (fed < jobs.length || open.size > 0) {
      if (signal?.aborted) return this.#abort(open, workers);
      if (drain?.aborted && !isCancelled) {
        isCancelled = true;
        fed = jobs.length;
        await this.#fleet.stop("drained", "draining");
      }
      const next = jobs.slice(fed, fed + windowRows - open.size);
      if (next.length > 0) await this.#fleet.add(next);
      for (const job of next) open.set(job.row.id, job);
      fed += next.length;
      for (const id of await this.#fleet.ended(place)) {
        place += 1;
        const [row, stored] = [rows.get(id), await this.#fleet.result(id)];
        if (!row || !stored || !open.delete(id)) continue;
        this.#ended(row, stored, stored.state);
      }
      const stopped = isStopping ? undefined : await this.#fleet.stopped();
      if (stopped && !stopped.isAsked) {
        isStopping = true;
        const details = { code: "stopped", retry: "after-fix", remedy: "" } as const;
        onEvent?.({ type: "stopping", error: new KlingkitError(stopped.reason, details) });
      }
      await sleep(lookMs);
    }
  }

  async #abort(open: ReadonlyMap<string, RowJob>, workers: readonly FleetWorker[]): Promise<void> {
    await Promise.all(workers.map((worker) => worker.abort()));
    const records = new Map(
      (await this.#fleet.store().list({ open: true })).map((record) => [record.external_task_id, record]),
    );
    for (const row of this.#batch.rows) {
      const job = open.get(row.id);
      const record = job && records.get(this.#fleet.ownIdOf(job));
      if (record) this.#results.set(row.id, { ...result(row, undefined, "open"), usd: row.usd ?? 0 });
    }
  }

  #ended(row: BatchRow, stored: StoredResult, state: RowResult["state"]): void {
    const ended = result(row, stored, state);
    this.#results.set(row.id, ended);
    this.#batch.onEvent?.({ type: "row-ended", result: ended });
  }
}

function result(row: BatchRow, stored: StoredResult | undefined, state: RowResult["state"]): RowResult {
  const { digest: _, nextAttempt: __, ...facts } = stored ?? { digest: "", attempt: 1, files: [], usd: 0 };
  return { ...facts, row, state };
}
