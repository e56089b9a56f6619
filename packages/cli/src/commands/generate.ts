import { randomUUID } from "node:crypto";
import path from "node:path";
import { type AnyTask, formatHandle, InputError, KlingkitError } from "@klingkit/core";
import { BatchError } from "../batch-error.js";
import { type Connection, type ConnectionOptions, connect, connectMock } from "../connection.js";
import { checkBudget, describePrice, printCostNotice } from "../cost-notice.js";
import { exitCodeOfAll, exitCodes } from "../exit-code.js";
import { readBody } from "../fields.js";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { finishFailedJob, finishJob } from "../job.js";
import { failure } from "../outcome.js";
import { forEachAtMost } from "../parallel.js";
import { showPreview } from "../preview/preview.js";
import { ProgressTable } from "../progress.js";
import { fileLines, notice, printAll, printFiles, printOneOfMany } from "../report.js";
import { checkOut, intoFolder, type ResultFileOptions, saveResult, stemOf, writeResult } from "../result-file.js";
import { noteFor } from "../task-memory.js";

export interface GenerateOptions extends ConnectionOptions, ResultFileOptions {
  readonly mock?: boolean;
  readonly seed?: number;
  readonly timeout?: number;
  readonly json?: boolean;
  readonly preview?: boolean;
  /** Refuse what costs more, in dollars: all pictures together. */
  readonly budget?: number;
  /** Pictures worked on at a time. */
  readonly jobs?: number;
}

const family = "image2video";

/** One picture on its way. */
interface Job {
  readonly image: string;
  readonly body: Record<string, unknown>;
}

/** `klingkit generate <picture…>`: submit, wait, download. */
export async function generate(images: readonly string[], given: GenerateOptions, io: Io): Promise<void> {
  const isOne = images.length === 1;
  if (given.out === "-" && !isOne)
    throw new InputError("--out - takes one result.", "Name a folder for several: --out folder/");
  if (given.out === "-" && io.stdout.isTTY)
    throw new InputError(
      "Standard output is a terminal, which a video's bytes would steer.",
      "Pipe it into a program, or name a file or a folder in --out.",
    );
  if (given.out === "-" && given.json)
    throw new InputError("Standard output can't take both the video and JSON.", "Name a file or a folder in --out.");
  const options = isOne ? given : intoFolder(given);
  const jobs: Job[] = [];
  for (const image of images) {
    const body = await readBody(family, { ...options, image }, io);
    if (!isOne && body.external_task_id !== undefined)
      throw new InputError(
        "An external_task_id names one task, and there are several pictures.",
        "Leave it out, or give one picture.",
      );
    jobs.push({ image, body: { external_task_id: ownId(), ...body } });
  }
  if (options.out !== "-") await checkOut(options, io);
  const note = ({ external_task_id }: { readonly external_task_id: string }) => {
    const job = jobs.find(({ body }) => body.external_task_id === external_task_id);
    return {
      ...noteFor("generate", family, job?.body ?? {}, io),
      ...(options.out === "-" ? {} : { out: options.out ?? ".", ...(options.force ? { force: true } : {}) }),
      stem: pictureName(job?.image ?? ""),
    };
  };
  const connection = await (options.mock ? connectMock(options, io) : connect(options, io, note));
  try {
    await printCosts(connection, jobs, options, io);
    await noticeAddresses(images, connection, io);
    const table = new ProgressTable(io);
    const run = (job: Job, signal: AbortSignal) =>
      runJob(connection, job, { ...options, signal, table, isOneOfMany: !isOne }, io);
    const [first] = jobs;
    if (isOne && first) {
      const { task, files } = await interruptible(io, (signal) => run(first, signal));
      await showPreview(files, options, io);
      if (options.out !== "-") await printFiles(io, options.json, task, files);
    } else await runAll(jobs, options, io, run);
  } finally {
    await connection.close();
  }
}

/** A simulator accepts the address of a picture, as the provider does, but does not fetch it. */
async function noticeAddresses(images: readonly string[], connection: Connection, io: Io): Promise<void> {
  if (!images.some((image) => /^https?:/i.test(image)) || !(await connection.isSimulated())) return;
  notice(io, "the simulator fetches no addresses: the video shows a picture of its own. Give a file to see yours.");
}

/** What all pictures may cost together, after each was checked. */
async function printCosts(
  connection: Connection,
  jobs: readonly Job[],
  options: GenerateOptions,
  io: Io,
): Promise<void> {
  const [first, ...others] = jobs;
  if (!first) return;
  if (others.length === 0)
    return void (await printCostNotice(connection, family, first.body, { io, budget: options.budget }));
  const price = await printCostNotice(connection, family, first.body, { io });
  if (!price) return;
  const times = (value: number | null) => (value === null ? null : value * jobs.length);
  const whole = { ...price, units: times(price.units), usd: times(price.usd) };
  notice(io, `${jobs.length} pictures: ${describePrice(whole)}`);
  checkBudget(whole, options.budget);
}

/** Works on several pictures at a time, and prints each file when it is there. */
async function runAll(
  jobs: readonly Job[],
  options: GenerateOptions,
  io: Io,
  run: (job: Job, signal: AbortSignal) => Promise<{ task: AnyTask; files: string[] }>,
): Promise<void> {
  const outcomes: { readonly exitCode: number }[] = [];
  await interruptible(io, (signal) =>
    forEachAtMost(options.jobs ?? 4, jobs, async (job) => {
      if (signal.aborted) return;
      const { outcome, lines } = await run(job, signal).then(
        ({ task, files }) => ({
          outcome: { image: job.image, handle: formatHandle(task), files, exitCode: exitCodes.ok },
          lines: fileLines(task, files),
        }),
        (error: unknown) => ({ outcome: { image: job.image, ...failure(error) }, lines: [] }),
      );
      outcomes.push(outcome);
      if ("error" in outcome) notice(io, `${job.image}: ${outcome.message}`);
      await printOneOfMany(io, options.json, outcome, lines);
    }),
  );
  await printAll(io, options.json, { results: outcomes });
  const codes = outcomes.map(({ exitCode }) => exitCode);
  const exitCode = outcomes.length < jobs.length ? exitCodes.batchPartlyFailed : exitCodeOfAll(codes);
  if (exitCode === exitCodes.ok) return;
  const succeeded = codes.filter((code) => code === exitCodes.ok).length;
  throw new BatchError(`${succeeded} of ${jobs.length} pictures became a video.`, { exitCode, open: io.created.open });
}

async function runJob(
  { client, isLocal, memory }: Connection,
  { body, image }: Job,
  options: GenerateOptions & {
    readonly signal: AbortSignal;
    readonly table: ProgressTable;
    readonly isOneOfMany: boolean;
  },
  io: Io,
): Promise<{ task: AnyTask; files: string[] }> {
  const progress = options.table.add({
    family,
    model: body.model_name,
    mode: body.mode,
    isLocal,
    name: image === "-" ? "the picture" : path.basename(image),
    isOneOfMany: options.isOneOfMany,
  });
  let done = false;
  try {
    const task: AnyTask = await client.family(family).generate(body as never, {
      signal: options.signal,
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
      onStatus: (seen) => progress.status(seen),
    });
    progress.status(task);
    const settings = { ...options, onProgress: progress.bytes };
    const files =
      options.out === "-"
        ? await writeResult(client, task, options.signal, io)
        : await saveResult(client, task, stemOf(pictureName(image), task), settings, io);
    await finishJob(await memory(), task);
    done = true;
    return { task, files };
  } catch (error) {
    await finishFailedJob(memory, error);
    throw damagedPicture(error, image) ?? error;
  } finally {
    progress.end(done);
  }
}

/** The embedded simulator meets a picture's content only when it renders the video: then it is not the network's fault. */
function damagedPicture(error: unknown, image: string): InputError | undefined {
  const cause = error instanceof KlingkitError ? error.cause : undefined;
  if (!(cause instanceof Error) || cause.name !== "PictureDecodeError") return undefined;
  return new InputError(`${image} can't be used: ${cause.message}`, "Save it again, or give another picture.");
}

/** Chosen here, so that what is remembered of a task can be told from its neighbours'. */
function ownId(): string {
  return `kk-${randomUUID().replaceAll("-", "")}`;
}

function pictureName(image: string): string {
  const name = URL.canParse(image) && /^https?:/.test(image) ? new URL(image).pathname : image;
  return (
    path
      .basename(name, path.extname(name))
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
      .replaceAll(/^[.-]+|-+$/g, "")
      .slice(0, 60)
      // Half a character, which JSON and other programs can't name.
      .replace(/[\ud800-\udbff]$/, "") || "video"
  );
}
