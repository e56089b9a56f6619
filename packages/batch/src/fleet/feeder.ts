import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AbortedError, KlingkitError } from "@klingkit/core";
import { onAbort } from "@klingkit/spec/web";
import type { UnrecordedRow } from "../absence.js";
import type { BatchOptions, RowResult, RowState } from "../engine.js";
import { packRow } from "../packed-row.js";
import type { BatchRow } from "../row.js";
import { isRedisRefusal, ping } from "./connect.js";
import type { Fleet } from "./fleet.js";
import type { StoredResult } from "./fleet-results.js";
import type { RowJob } from "./jobs.js";

/** Rows in the queue at a time: the others wait outside of Redis. */
const windowRows = 5_000;
/** How often results are looked for, in milliseconds. */
const lookMs = 100;
/** How long a Redis that refuses commands is left alone, in milliseconds. */
const refusalMs = 1_000;
/** How long a round may take before Redis is asked whether it is still there, in milliseconds. */
const longRoundMs = 5_000;
/** How often workers are looked for while rows wait, in milliseconds. */
const lookForWorkersMs = 10_000;
/** A Redis that is full now and then is told of again after so long without a refusal, in milliseconds. */
const tellAgainMs = 30_000;

/** Puts the rows of one batch into a fleet's queue, and collects their results. */
export class Feeder {
  readonly #fleet: Fleet;
  readonly #batch: BatchOptions;
  /** Folder that has to hold the files of finished rows; undefined where they are kept elsewhere. */
  readonly #folder: string | undefined;
  readonly #results = new Map<string, RowResult>();
  readonly #rows: ReadonlyMap<string, BatchRow>;
  #jobs: RowJob[] = [];
  /** Rows in the queue, or under way. */
  readonly #open = new Map<string, RowJob>();
  #fed = 0;
  #place = 0;
  #stopListening = () => {};
  /** When Redis last refused to write, in Unix milliseconds. */
  #refusedAt = 0;
  /** When workers were last looked for, in Unix milliseconds. */
  #lookedAt = Date.now();
  #hasWorkers = true;
  #isDraining = false;
  #isTold = false;

  constructor(fleet: Fleet, batch: BatchOptions, folder: string | undefined) {
    this.#fleet = fleet;
    this.#batch = batch;
    this.#folder = folder;
    this.#rows = new Map(batch.rows.map((row) => [row.id, row]));
  }

  /**
   * Finds out what is left to do, and gives the fleet its settings.
   * @param check is given the rows that the fleet has no record of, and refuses the batch by throwing
   */
  async begin(check: (unrecorded: readonly UnrecordedRow[]) => Promise<void>): Promise<void> {
    // Only of these rows: the fleet may have worked off millions of others before.
    const stored = await this.#fleet.results.of(this.#batch.rows.map(({ id }) => id));
    const unstored: UnrecordedRow[] = [];
    for (const row of this.#batch.rows) {
      const known = stored.get(row.id);
      const isSame = known?.digest === row.digest;
      if (isSame && this.#isOver(known)) {
        this.#ended(row, known, known.state === "done" ? "skipped" : known.state);
        continue;
      }
      const job = { row: packRow(row), attempt: isSame ? (known.nextAttempt ?? known.attempt) : 1 };
      this.#jobs.push(job);
      const ownId = this.#fleet.ownIdOf(job);
      if (!known) unstored.push({ row, ownId });
      if (known && !isSame && isPaid(known)) this.#batch.onEvent?.({ type: "row-edited", row });
    }
    const booked = await this.#fleet.ledger.booked(unstored.map(({ ownId }) => ownId));
    await check(unstored.filter(({ ownId }) => !booked.has(ownId)));
    const { cap, budget, attempts, drain, signal } = this.#batch;
    await this.#patiently(
      async () => {
        await this.#fleet.setSettings({ cap, budget, attempts });
        await this.#fleet.results.begin(this.#jobs.map(({ row }) => row));
        this.#place = await this.#fleet.results.endedCount();
        await this.#fleet.resume();
      },
      AbortSignal.any([drain, signal].filter((one) => one !== undefined)),
    );
    const { onEvent } = this.#batch;
    const rowOf = (id: string) => (this.#open.has(id) ? this.#rows.get(id) : undefined);
    if (onEvent) this.#stopListening = await this.#fleet.events.listen(rowOf, onEvent);
  }

  close(): void {
    this.#stopListening();
  }

  /** Keeps the queue filled until each row has ended or the batch is stopped. @param abort ends the workers at once */
  async feed(abort: () => Promise<unknown>): Promise<void> {
    const { signal } = this.#batch;
    while (this.#fed < this.#jobs.length || this.#open.size > 0) {
      if (signal?.aborted) {
        await abort();
        return this.#leaveOpen();
      }
      // A round that waits for a lost Redis must not keep anybody from ending; whatever it ends with then is not missed.
      await new Promise<void>((resolve, reject) => {
        const stop = onAbort(signal, resolve);
        const timer = setTimeout(() => void this.#tellIfLost(), longRoundMs);
        this.#patiently(() => this.#feedOnce(), signal)
          .finally(() => clearTimeout(timer))
          .finally(stop)
          .then(resolve, reject);
      });
    }
  }

  async #feedOnce(): Promise<void> {
    if (this.#batch.drain?.aborted && !this.#isDraining) {
      await this.#fleet.stop("Nothing new is sent.", "draining");
      this.#isDraining = true;
    }
    const { stopped } = await this.#fleet.orders();
    // What is in the queue is sent back by the workers; the others need not go there.
    if (stopped) this.#jobs = this.#jobs.slice(0, this.#fed);
    if (stopped && !stopped.isAsked && !this.#isTold) {
      this.#isTold = true;
      this.#tell("stopping", stopped.reason, "stopped");
    }
    await this.#fill();
    await this.#collect();
    await this.#lookForWorkers();
    await sleep(lookMs);
  }

  /** Results in the order of the manifest. */
  results(): RowResult[] {
    return this.#batch.rows.map((row) => this.#results.get(row.id) ?? resultOf(row, undefined, "not-started"));
  }

  async #fill(): Promise<void> {
    const next = this.#jobs.slice(this.#fed, this.#fed + windowRows - this.#open.size);
    if (next.length === 0) return;
    for (const job of next) this.#open.set(job.row.id, job);
    await this.#patiently(() => this.#fleet.add(next), this.#batch.signal);
    this.#fed += next.length;
  }

  async #collect(): Promise<void> {
    for (;;) {
      const ends = await this.#fleet.results.since(this.#place);
      this.#place += ends.length;
      for (const { id, result } of ends) {
        const row = this.#rows.get(id);
        if (row && result && this.#open.delete(id)) this.#ended(row, result, result.state);
      }
      if (ends.length === 0) return;
    }
  }

  /**
   * A Redis that is full, or loads its data, is asked again: nothing was sent that is not written down.
   * @throws AbortedError once the signal is aborted
   */
  async #patiently(work: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isRedisRefusal(error)) throw error;
        if (signal?.aborted) throw new AbortedError(signal.reason);
        if (Date.now() - this.#refusedAt > tellAgainMs)
          this.#tell("holding", `Redis refuses to work: ${error.message}`, "redis-refused");
        this.#refusedAt = Date.now();
        await sleep(refusalMs);
      }
    }
  }

  /** Without a worker, everybody would wait in silence. */
  async #lookForWorkers(): Promise<void> {
    if (this.#open.size === 0 || Date.now() - this.#lookedAt < lookForWorkersMs) return;
    this.#lookedAt = Date.now();
    const hadWorkers = this.#hasWorkers;
    this.#hasWorkers = (await this.#fleet.workers()) !== 0;
    if (this.#hasWorkers || !hadWorkers) return;
    const name = this.#fleet.name;
    this.#tell(
      "holding",
      `No worker works for ${name}.`,
      "no-worker",
      `Start one: klingkit worker --name ${name}, with the same Redis.`,
    );
  }

  async #tellIfLost(): Promise<void> {
    if ((await ping(this.#fleet.redis, refusalMs)) === "silent")
      this.#tell("holding", "Redis does not answer.", "redis-silent");
  }

  #tell(type: "stopping" | "holding", message: string, code: string, remedy = ""): void {
    const error = new KlingkitError(message, { code, retry: "after-fix", remedy });
    this.#batch.onEvent?.({ type, error });
  }

  /** Rows whose task exists, or may exist, stay open: all that are in the queue, where Redis can't be asked. */
  async #leaveOpen(): Promise<void> {
    const isGone = (await ping(this.#fleet.redis, refusalMs)) !== "answers";
    const ownIds = [...this.#open.values()].map((job) => this.#fleet.ownIdOf(job));
    const sent = new Set(isGone ? ownIds : await this.#fleet.ledger.booked(ownIds));
    for (const [id, job] of this.#open) {
      const row = this.#rows.get(id);
      if (row && sent.has(this.#fleet.ownIdOf(job)))
        this.#results.set(id, { ...resultOf(row, undefined, "open"), usd: row.usd ?? 0 });
    }
  }

  #isOver({ state, files, nextAttempt }: StoredResult): boolean {
    if (state !== "done") return state === "failed" && nextAttempt === undefined;
    const folder = this.#folder;
    return folder === undefined || files.every((name) => existsSync(path.join(folder, name)));
  }

  #ended(row: BatchRow, stored: StoredResult, state: RowState): void {
    const result = resultOf(row, stored, state);
    this.#results.set(row.id, result);
    this.#batch.onEvent?.({ type: "row-ended", result });
  }
}

/** Whether a row's task exists, or may exist; a task that has failed costs nothing. */
function isPaid({ state, usd }: StoredResult): boolean {
  return ["done", "open", "unknown"].includes(state) || usd > 0;
}

function resultOf(row: BatchRow, stored: StoredResult | undefined, state: RowState): RowResult {
  const { digest: _, nextAttempt: __, ...facts } = stored ?? { digest: "", attempt: 1, files: [], usd: 0 };
  return { ...facts, row, state };
}
