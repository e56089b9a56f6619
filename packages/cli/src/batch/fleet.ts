import path from "node:path";
import { runBatch } from "@klingkit/batch";
import { InputError } from "@klingkit/core";
import { type ConnectionOptions, connect } from "../connection.js";
import type { Io } from "../io.js";
import { type ManifestFlags, nameOf, rowsOf } from "./manifest.js";
import { printCost, reportSummary, type WatchFlags, watching } from "./run.js";

/** The fleet's part of the package; BullMQ and ioredis are installed by those who want it. */
async function fleetPackage() {
  try {
    return await import("@klingkit/batch/fleet");
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new InputError("A fleet needs BullMQ and ioredis.", "Install them: npm install bullmq@6 ioredis@6");
  }
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
  reportSummary(summary, out, flags, io);
}

export interface WorkerFlags extends Omit<ConnectionOptions, "dialect">, Pick<ManifestFlags, "dialect" | "pictures"> {
  readonly redis: string;
  readonly name: string;
  readonly out: string;
  readonly concurrency?: number;
}

/** `klingkit worker`: works for a fleet until SIGTERM or Ctrl-C, then ends what it has in hand. */
export async function worker(flags: WorkerFlags, io: Io): Promise<void> {
  const { startWorker } = await fleetPackage();
  const connection = await connect(flags, io);
  const { redis, name, concurrency, pictures } = flags;
  const started = await startWorker({
    redis,
    name,
    out: path.resolve(io.cwd, flags.out),
    client: (settings) => connection.clientWith(settings),
    pictures: path.resolve(io.cwd, pictures ?? "."),
    ...(concurrency === undefined ? {} : { concurrency }),
  });
  io.stderr.write(
    `klingkit: working for ${name} at ${connection.address}; Ctrl-C ends it when its jobs in hand are done\n`,
  );
  await new Promise<void>((resolve) => {
    const release = io.onInterrupt(() => {
      release();
      resolve();
    });
  });
  await started.close();
}

export type FleetCommand = "status" | "pause" | "resume" | "cancel";

/** `klingkit batch status|pause|resume|cancel`: steers a fleet from anywhere. */
export async function steer(
  command: FleetCommand,
  flags: { readonly redis: string; readonly name: string },
  io: Io,
): Promise<void> {
  const { Fleet } = await fleetPackage();
  const fleet = new Fleet(flags);
  try {
    if (command !== "status") await fleet[command]();
    const status = await fleet.status();
    io.stdout.write(`${JSON.stringify({ name: flags.name, ...status })}\n`);
  } finally {
    await fleet.close();
  }
}
