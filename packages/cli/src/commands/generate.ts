import path from "node:path";
import { type AnyTask, KlingkitError } from "@klingkit/core";
import { profiles } from "@klingkit/spec";
import { priceRequest } from "@klingkit/spec/pricing";
import { type Connection, type ConnectionOptions, connect, connectMock } from "../connection.js";
import { readBody } from "../fields.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { createProgress } from "../progress.js";
import { printResult } from "../report.js";
import { checkOut, type ResultFileOptions, resultFile, saveResult } from "../result-file.js";

export interface GenerateOptions extends ConnectionOptions, ResultFileOptions {
  readonly mock?: boolean;
  readonly seed?: number;
  readonly timeout?: number;
  readonly json?: boolean;
}

const family = "image2video";

/** `klingkit generate <image>`: submit, wait, download. */
export async function generate(image: string, options: GenerateOptions, io: Io): Promise<void> {
  const body = await readBody(family, { ...options, image }, io);
  await checkOut(options, io);
  const connection = await (options.mock ? connectMock(options, io) : connect(options, io));
  try {
    announce(connection, body, io);
    const { task, file } = await interruptible(io, (signal) =>
      run(connection, body, image, { ...options, signal }, io),
    );
    printResult(io, options.json, { task, file }, file);
  } catch (error) {
    throw options.mock && KlingkitError.isInstance(error) ? withoutHandle(error) : error;
  } finally {
    await connection.close();
  }
}

async function run(
  { client, simulated }: Connection,
  body: Record<string, unknown>,
  image: string,
  options: GenerateOptions & { readonly signal: AbortSignal },
  io: Io,
): Promise<{ task: AnyTask; file: string }> {
  const progress = createProgress(io, simulated ? 3_000 : typicalMs(String(body.mode ?? "std")));
  let done = false;
  try {
    const task: AnyTask = await client.family(family).generate(body as never, {
      signal: options.signal,
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
      onStatus: ({ task_status }) => progress.status(task_status),
    });
    progress.status(task.task_status);
    const file = await resultFile(options, pictureName(image), task.task_id, io);
    try {
      await saveResult(client, task, file, options, progress.bytes);
    } catch (error) {
      throw withHandle(error, task);
    }
    done = true;
    return { task, file };
  } finally {
    progress.end(done);
  }
}

/** Says whether this costs money, where it goes and how much, before it does. */
export function announce(
  { simulated, address }: Connection,
  body: Record<string, unknown>,
  io: Io,
  name: string = family,
): void {
  const { units } = priceRequest(name, body);
  const estimate = units === null ? "price not on record" : `about ${units} units`;
  io.stderr.write(simulated ? `SIMULATED ${address}: free (live: ${estimate})\n` : `LIVE ${address}: ${estimate}\n`);
}

function typicalMs(mode: string): number {
  const typical = profiles[family]?.typicalSeconds ?? {};
  return (typical[mode] ?? 180) * 1000;
}

function pictureName(image: string): string {
  const name = URL.canParse(image) && /^https?:/.test(image) ? new URL(image).pathname : image;
  return (
    path
      .basename(name, path.extname(name))
      .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
      .slice(0, 60) || "video"
  );
}

/** A failed download leaves a finished task: it can be fetched again. */
function withHandle(error: unknown, handle: AnyTask): unknown {
  return KlingkitError.isInstance(error) && !error.handle ? Object.assign(error, { handle }) : error;
}

/** The embedded simulator ends with the process, and its tasks with it. */
function withoutHandle(error: KlingkitError): KlingkitError {
  return Object.assign(error, { handle: undefined });
}
