import path from "node:path";
import { runBatch } from "@klingkit/batch";
import type { FleetStatus } from "@klingkit/batch/fleet";
import { InputError } from "@klingkit/core";
import { BatchError } from "../batch-error.js";
import { type ConnectionOptions, connect } from "../connection.js";
import { exitCodes } from "../exit-code.js";
import type { Io } from "../io.js";
import { notice, printResult } from "../report.js";
import { codeOf } from "../thrown.js";
import { type ManifestFlags, nameOf, rowsOf } from "./manifest.js";
import { printCost, reportSummary, type WatchFlags, watching } from "./run.js";

/** The fleet's part of the package. @throws InputError where BullMQ and ioredis are not installed */
export async function fleetPackage() {
  try {
    return await import("@klingkit/batch/fleet");
  } catch (cause) {
    if (codeOf(cause) !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new InputError("A fleet needs BullMQ and ioredis.", "Install them: npm install bullmq@6 ioredis@6");
  }
}

/** Which fleet a command is about. */
export interface FleetFlags {
  readonly redis: string;
  readonly name: string;
}

export interface SubmitFlags extends WatchFlags, ManifestFlags, Omit<ConnectionOptions, "dialect"> {
  readonly out: string;
  readonly redis: string;
}

/** `klingkit batch submit`: feeds the fleet's queue and waits until each row has its result. */
export async function submit(source: string, flags: SubmitFlags, io: Io): Promise<void> {
  const { fleetEngine } = await fleetPackage();
  const connection = await connect(flags, io);
  const rows = await rowsOf(source, flags, connection.client.dialect, io);
  const out = path.resolve(io.cwd, flags.out);
  const name = nameOf(source, flags, io);
  await printCost(connection, rows, { name }, io);
  const engine = fleetEngine({ redis: flags.redis, out, workers: 0 });
  const summary = await watching(rows, flags, io, (settings) =>
    runBatch({ rows, name, engine, client: (more) => connection.clientWith(more), ...settings }),
  );
  await reportSummary(summary, { ...flags, source, out }, io);
}

export interface WorkerFlags
  extends FleetFlags,
    Omit<ConnectionOptions, "dialect">,
    Pick<ManifestFlags, "dialect" | "pictures"> {
  readonly out: string;
  readonly concurrency?: number;
  readonly callbackUrl?: string;
}

/**
 * `klingkit worker`: works for a fleet until SIGTERM or Ctrl-C, then ends what it has in hand; a second one ends it at once.
 * @throws BatchError where a newer version has come to work with the fleet
 */
export async function worker(flags: WorkerFlags, io: Io): Promise<void> {
  const { startWorker } = await fleetPackage();
  const connection = await connect(flags, io);
  const { redis, name, concurrency, pictures, callbackUrl } = flags;
  const started = await startWorker({
    redis,
    name,
    out: path.resolve(io.cwd, flags.out),
    client: (settings) => connection.clientWith(settings),
    pictures: path.resolve(io.cwd, pictures ?? "."),
    concurrency,
    callbackUrl,
  });
  notice(
    io,
    `working for ${name} at ${connection.address}; Ctrl-C ends it when its jobs in hand are done, a second one at once`,
  );
  let isClosing = false;
  const release = io.onInterrupt(() => {
    void (isClosing ? started.abort() : started.close());
    isClosing = true;
  });
  const isOutdated = await started.ended.finally(release);
  if (isOutdated)
    throw new BatchError("A newer version of klingkit works with this fleet. Update this worker.", {
      exitCode: exitCodes.configuration,
      open: [],
    });
}

export type FleetCommand = "status" | "pause" | "resume" | "cancel" | "retry";

/** `klingkit batch status|pause|resume|cancel|retry`: steers a fleet from anywhere. */
export async function steer(
  command: FleetCommand,
  flags: FleetFlags & { readonly json?: boolean },
  io: Io,
): Promise<void> {
  const { Fleet } = await fleetPackage();
  const fleet = new Fleet(flags);
  try {
    await fleet.join();
    if (command === "cancel") notice(io, `${await fleet.cancel()} rows were taken out of the queue`);
    else if (command === "retry") {
      const { retried, kept } = await fleet.retry();
      notice(io, `${retried} rows were put back into the queue; ${kept} failed rows would fail again`);
    } else if (command !== "status") await fleet[command]();
    const status = await fleet.status();
    await printResult(io, flags.json, { name: flags.name, ...status }, describeStatus(status));
  } finally {
    await fleet.close();
  }
}

/** A fleet's state in lines. */
export function describeStatus(status: FleetStatus) {
  const { workers, waiting, running, results, slots, settings, usd, isPaused, stopped } = status;
  const list = (counts: Readonly<Record<string, number>>, more = "") =>
    Object.entries(counts)
      .map(([name, count]) => `${count}${more} ${name}`)
      .join(", ") || "none yet";
  const { cap, budget } = settings;
  return [
    `ended    ${list(results)}`,
    `waiting  ${waiting}`,
    `running  ${running}${running > 0 ? ` (${list(slots, cap === undefined ? "" : ` of ${cap}`)})` : ""}`,
    ...(workers === undefined ? [] : [`workers  ${workers}`]),
    `spent    $${usd.toFixed(2)}${budget === undefined ? "" : ` of $${budget.toFixed(2)}`}`,
    ...(isPaused ? ["paused   klingkit batch resume goes on"] : []),
    ...(stopped === undefined ? [] : [`stopped  ${stopped}`]),
  ];
}
