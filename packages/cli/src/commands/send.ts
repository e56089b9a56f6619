import { formatHandle, type KlingClient } from "@klingkit/core";
import { type ConnectionOptions, connect } from "../connection.js";
import { printCostNotice } from "../cost-notice.js";
import { readBody } from "../fields.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { notice, printData, printResult } from "../report.js";
import { noteFor } from "../task-memory.js";

export interface SendOptions extends ConnectionOptions, Readonly<Record<string, unknown>> {
  readonly json?: boolean;
  /** Refuse what costs more, in dollars. */
  readonly budget?: number;
}

/** `klingkit submit <family>`: creates a task and prints its handle. */
export async function submit(family: string, options: SendOptions, io: Io): Promise<void> {
  const task = await send(family, options, io, (client, body, signal) =>
    client.family(family).submit(body as never, { signal }),
  );
  const handle = formatHandle(task);
  if (!options.json) notice(io, `${handle} is ${task.task_status}.`);
  await printResult(io, options.json, { ...task, handle }, [handle]);
}

/** `klingkit call <name>`: prints the data of an answer that comes at once. */
export async function call(name: string, options: SendOptions, io: Io): Promise<void> {
  const data = await send(name, options, io, (client, body, signal) => client.call(name, body, { signal }));
  await printData(io, options.json, data);
}

/** Reads the request, says what it may cost, and sends it. */
async function send<T>(
  operation: string,
  options: SendOptions,
  io: Io,
  request: (client: KlingClient, body: Record<string, unknown>, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const body = await readBody(operation, options, io);
  const connection = await connect(options, io, () => noteFor("submit", operation, body, io));
  await printCostNotice(connection, operation, body, { io, budget: options.budget });
  return interruptible(io, (signal) => request(connection.client, body, signal));
}
