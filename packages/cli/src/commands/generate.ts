import path from "node:path";
import { type AnyTask, InputError, KlingkitError } from "@klingkit/core";
import { profiles } from "@klingkit/spec";
import { type Connection, type ConnectionOptions, connect, connectMock } from "../connection.js";
import { printCostNotice } from "../cost-notice.js";
import { readBody } from "../fields.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { createProgress } from "../progress.js";
import { printFiles } from "../report.js";
import { checkOut, type ResultFileOptions, saveResult, stemOf } from "../result-file.js";

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
    await printCostNotice(connection, family, body, io);
    const { task, files } = await interruptible(io, (signal) =>
      run(connection, body, image, { ...options, signal }, io),
    );
    printFiles(io, options.json, task, files);
  } finally {
    await connection.close();
  }
}

async function run(
  { client, near }: Connection,
  body: Record<string, unknown>,
  image: string,
  options: GenerateOptions & { readonly signal: AbortSignal },
  io: Io,
): Promise<{ task: AnyTask; files: string[] }> {
  const progress = createProgress(io, near ? 3_000 : typicalMs(String(body.mode ?? "std")));
  let done = false;
  try {
    const task: AnyTask = await client.family(family).generate(body as never, {
      signal: options.signal,
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
      onStatus: ({ task_status }) => progress.status(task_status),
    });
    progress.status(task.task_status);
    const settings = { ...options, onProgress: progress.bytes };
    const files = await saveResult(client, task, stemOf(pictureName(image), task), settings, io);
    done = true;
    return { task, files };
  } catch (error) {
    throw damagedPicture(error, image) ?? error;
  } finally {
    progress.end(done);
  }
}

/** The embedded simulator meets a picture's content only when it renders the video: then it is not the network's fault. */
function damagedPicture(error: unknown, image: string): InputError | undefined {
  const cause = error instanceof KlingkitError ? error.cause : undefined;
  if (!(cause instanceof Error) || cause.name !== "PictureDecodeError") return undefined;
  return new InputError(`${image} can't be used: ${cause.message}`, "Save it anew, or give another picture.");
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
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
      .replaceAll(/^[.-]+|-+$/g, "")
      .slice(0, 60) || "video"
  );
}
