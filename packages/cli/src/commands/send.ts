import type { KlingClient } from "@klingkit/core";
import { type ConnectionOptions, connect } from "../connection.js";
import { printCostNotice } from "../cost-notice.js";
import { readBody } from "../fields.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { printData, printResult, taskLine } from "../report.js";

export interface SendOptions extends ConnectionOptions, Readonly<Record<string, unknown>> {
  readonly json?: boolean;
}

/** `klingkit submit <family>`: creates a task and prints its handle. */
export async function submit(family: string, options: SendOptions, io: Io): Promise<void> {
  const task = await send(family, options, io, (client, body, signal) =>
    client.family(family).submit(body as never, { signal }),
  );
  printResult(io, options.json, task, taskLine(task));
}

/** `klingkit call <name>`: prints the data of an answer that comes at once. */
export async function call(name: string, options: SendOptions, io: Io): Promise<void> {
  const data = await send(name, options, io, (client, body, signal) => client.call(name, body, { signal }));
  printData(io, options.json, data);
}

/** Reads the request, says what it may cost, and sends it. */
async function send<T>(
  operation: string,
  options: SendOptions,
  io: Io,
  request: (client: KlingClient, body: Record<string, unknown>, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const body = await readBody(operation, options, io);
  const connection = await connect(options, io);
  await printCostNotice(connection, operation, body, io);
  return interruptible(io, (signal) => request(connection.client, body, signal));
}
