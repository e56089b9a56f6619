import { setMaxListeners } from "node:events";
import path from "node:path";
import type { KlingClient } from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { callQuietly } from "@klingkit/spec/web";
import { Worker } from "bullmq";
import { openOutput } from "../output-folder.js";
import { checkTask } from "./check-task.js";
import { connect, untilSilent } from "./connect.js";
import { Durations } from "./durations.js";
import { Fleet } from "./fleet.js";
import { withJob } from "./job-ends.js";
import type { CheckJob, RowJob } from "./jobs.js";
import { submitRow } from "./submit-row.js";
import type { FleetWorkerOptions, WorkerContext } from "./worker-options.js";

export interface FleetWorker {
  /**
   * Takes no more jobs, and ends when the current ones are done, or when Redis has not answered for `redisPatienceMs`.
   */
  close(): Promise<void>;
  /** Ends at once; other workers take over its jobs. */
  abort(): Promise<void>;
  /** Resolves when it has ended; to true if it ended by itself, because a newer version works with the fleet. */
  readonly ended: Promise<boolean>;
}

/**
 * In milliseconds: a worker renews the locks of its jobs before they expire, the jobs of a killed worker are looked for
 * often, and a worker that Redis has refused tries again soon. A job may be taken over any number of times.
 */
const timing = { lockDuration: 1_500, stalledInterval: 500, runRetryDelay: 500, maxStalledCount: 1_000_000 };

/**
 * Starts a worker, which runs rows of a fleet until it is closed. Any number of workers may run, on any number of
 * machines.
 * @throws InputError if a newer version works with this fleet, the fleet works at another server, or the folder for results
 *   can't be written to
 */
export async function startWorker(options: FleetWorkerOptions): Promise<FleetWorker> {
  const fleet = new Fleet(options);
  try {
    if (!options.storeResult) await openOutput(path.resolve(options.out ?? "."));
    await fleet.join();
    const client = await options.client({ taskStore: fleet.store({ waits: false }), prepare });
    await fleet.tieTo(client);
    return new RunningWorker({ options, fleet, client });
  } catch (error) {
    await fleet.close();
    throw error;
  }
}

class RunningWorker implements FleetWorker {
  readonly ended: Promise<boolean>;
  readonly #fleet: Fleet;
  readonly #patienceMs: number;
  readonly #ending = new AbortController();
  readonly #queues: readonly Worker[];
  readonly #connections;
  #hasEnded: (isOutdated: boolean) => void = () => {};
  #isOutdated = false;
  #closing: Promise<void> | undefined;

  constructor({ options, fleet, client }: Pick<WorkerContext, "options" | "fleet" | "client">) {
    this.#fleet = fleet;
    this.#patienceMs = options.redisPatienceMs ?? 10_000;
    // Each job in hand listens to it.
    setMaxListeners(0, this.#ending.signal);
    this.ended = new Promise((resolve) => {
      this.#hasEnded = resolve;
    });
    this.#connections = [connect(options.redis), connect(options.redis)] as const;
    this.#queues = this.#start(options, client);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async abort(): Promise<void> {
    this.#ending.abort(new Error("the worker is ended"));
    await this.close();
  }

  #start(options: FleetWorkerOptions, client: KlingClient): readonly Worker[] {
    const retire = () => {
      this.#isOutdated = true;
      void this.close();
    };
    const tell: WorkerContext["tell"] = (news) => {
      callQuietly(options.onEvent, news);
      this.#fleet.events.tell(news);
    };
    const [fleet, durations, { signal }] = [this.#fleet, new Durations(), this.#ending];
    const context: WorkerContext = { options, fleet, client, durations, signal, tell, retire };
    const [forRows, forChecks] = this.#connections;
    const settings = { prefix: this.#fleet.queuePrefix, ...timing };
    const { concurrency = 8 } = options;
    const rows = new Worker<RowJob>(
      "rows",
      (job, token) => withJob(context, job, () => submitRow(context, { job, token })),
      { ...settings, connection: forRows, concurrency },
    );
    const checks = new Worker<CheckJob>(
      "checks",
      (job, token) => withJob(context, job, () => checkTask(context, { job, token })),
      { ...settings, connection: forChecks, concurrency: concurrency * 4 },
    );
    // Errors of the connection: it waits for Redis to come back.
    for (const queue of [rows, checks]) queue.on("error", () => {});
    return [rows, checks];
  }

  async #close(): Promise<void> {
    const drained = new AbortController();
    const draining = Promise.allSettled(this.#queues.map((queue) => queue.close())).finally(() => drained.abort());
    await Promise.race([draining, untilSilent(this.#fleet.redis, this.#patienceMs, drained.signal)]);
    // What is in hand now can't be written down: nothing more is sent.
    this.#ending.abort(new Error("the worker is ended"));
    for (const connection of this.#connections) connection.disconnect();
    await this.#fleet.close();
    this.#hasEnded(this.#isOutdated);
  }
}
