import path from "node:path";
import { prepare } from "@klingkit/core/inputs";
import { checkAbsence } from "../absence.js";
import { type BatchEngine, type BatchOptions, type BatchSummary, summarise } from "../engine.js";
import { openOutput, writeOutput } from "../output-folder.js";
import { Feeder } from "./feeder.js";
import { Fleet, type FleetOptions } from "./fleet.js";
import { type FleetWorker, startWorker } from "./worker.js";
import type { FleetWorkerOptions } from "./worker-options.js";

export interface FleetEngineOptions
  extends Omit<FleetOptions, "name">,
    Pick<FleetWorkerOptions, "storeResult" | "pictures" | "concurrency" | "callbackUrl"> {
  /** Folder for the report, failed.jsonl, and the results, unless `storeResult` stores these. */
  readonly out: string;
  /** Number of workers in this process. Default 1; 0 if other processes do the work. */
  readonly workers?: number | undefined;
}

/** Runs a batch with a fleet of workers over Redis: puts rows into the queue, and waits until each has its result. */
export function fleetEngine(options: FleetEngineOptions): BatchEngine {
  return { run: (batch) => run({ ...options, out: path.resolve(options.out) }, batch) };
}

async function run(options: FleetEngineOptions, batch: BatchOptions): Promise<BatchSummary> {
  const started = Date.now();
  const { out, redis, workers: count = 1 } = options;
  const { name, client } = batch;
  const fleet = new Fleet({ redis, name });
  const workers: FleetWorker[] = [];
  const feeder = new Feeder(fleet, batch, options.storeResult ? undefined : out);
  try {
    await openOutput(out);
    await fleet.join();
    const asking = await client({ taskStore: fleet.store(), prepare });
    await fleet.tieTo(asking);
    await feeder.begin((unrecorded) => checkAbsence(batch, asking, unrecorded));
    for (let started = 0; started < count; started += 1) workers.push(await startWorker({ ...options, name, client }));
    await feeder.feed(() => Promise.all(workers.map((worker) => worker.abort())));
  } finally {
    feeder.close();
    await Promise.all(workers.map((worker) => worker.close()));
    await fleet.close();
  }
  const results = feeder.results();
  return summarise(results, { started, unwritten: await writeOutput(out, { name, results }) });
}
