// Steps of the setup that take a while: each says which of how many it is, how far it has come, and what is left.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Where nobody sees a line change, a new one is printed so often, in milliseconds. */
const pauseInLog = 15_000;
/** Before a tenth is done, or after less than so many milliseconds, what is left is anybody's guess. */
const soonestEstimate = 3_000;

/**
 * @typedef {object} Step
 * @property {string} name such as `install`
 * @property {string} place which of how many: `1/2`
 * @property {string} unit what is counted: `packages`
 * @property {(line: string, seen: Progress) => Progress} read how far it is after a line of the program's output
 * @property {(line: string) => readonly string[]} [explain] what of a line is shown when the step fails. Default: all
 *
 * @typedef {{ readonly done: number, readonly total: number }} Progress
 */

/** pnpm's `--reporter=ndjson`. @type {Step["read"]} */
export function readInstall(line, { done, total }) {
  if (line.includes('"name":"pnpm:stats"')) return { done, total: total + (JSON.parse(line).added ?? 0) };
  const isImported = line.includes('"name":"pnpm:progress"') && line.includes('"status":"imported"');
  return { done: done + (isImported ? 1 : 0), total };
}

/** What of pnpm's `--reporter=ndjson` a person can read: its errors, and what to do about a network. */
export function explainInstall(line) {
  const words = line.startsWith("{") ? errorOf(JSON.parse(line)) : line;
  // npm, which fetches pnpm, prints its own stack.
  if (words === undefined || /^npm (error|ERR!) +at /.test(words)) return [];
  const isNetwork = /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|FetchError/.test(line);
  const advice =
    "The registry can't be reached. Behind a proxy set HTTPS_PROXY; npm's setting `registry` names another one.";
  return isNetwork ? [words, advice] : [words];
}

/** The text of an error that pnpm reports; undefined for its other reports. */
function errorOf({ level, message, err }) {
  return level === "error" ? (err?.message ?? message ?? "pnpm failed without a word.") : undefined;
}

/** turbo's `--output-logs=full` with `--log-order=stream`: a line where a task begins. @type {Step["read"]} */
export function readBuild(line, { done, total }) {
  return { done: done + (/: cache (hit|miss), /.test(line) ? 1 : 0), total };
}

/**
 * What there is to say: `klingkit: 1/2 install: 120 of 256 packages, about 8 s left`.
 * @param {Pick<Step, "name" | "place" | "unit">} step
 * @param {Progress} progress
 * @param {number} [secondsLeft]
 */
export function progressLine({ name, place, unit }, { done, total }, secondsLeft) {
  const head = `klingkit: ${place} ${name}`;
  if (total === 0) return `${head} ...`;
  const counted = `${head}: ${Math.min(done, total)} of ${total} ${unit}`;
  return secondsLeft === undefined ? counted : `${counted}, about ${secondsLeft} s left`;
}

/** Seconds that are left if the rest is as quick as what is done; undefined where that would be a guess. @param {Progress} progress */
export function secondsLeft({ done, total }, elapsedMs) {
  if (done >= total || done < total / 10 || elapsedMs < soonestEstimate) return undefined;
  return Math.ceil(((elapsedMs / done) * (total - done)) / 1_000);
}

/** The parts of a step are of unlike size: an estimate that rises was wrong, and is not shown. */
function fallingEstimate() {
  let least = Number.POSITIVE_INFINITY;
  return (progress, elapsedMs) => {
    const seconds = secondsLeft(progress, elapsedMs);
    if (seconds === undefined || seconds > least) return undefined;
    least = seconds;
    return seconds;
  };
}

/**
 * Runs a program as a step. What it prints is shown only when it fails.
 * @param {Step & { command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, total?: number }} step
 * @returns {Promise<boolean>} whether it went well
 */
export async function runStep({ command, args, cwd, env, total = 0, ...step }) {
  const started = Date.now();
  const output = [];
  let progress = { done: 0, total };
  const estimate = fallingEstimate();
  const show = shownOn(process.stderr, () => progressLine(step, progress, estimate(progress, Date.now() - started)));
  const child = spawn(command, args, { cwd, env, shell: process.platform === "win32" });
  const error = new Promise((resolve) => child.once("error", ({ message }) => resolve(message)));
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      output.push(line);
      progress = step.read(line, progress);
    });
  const closed = new Promise((resolve) => child.once("close", (code) => resolve(code === 0 ? undefined : "")));
  const problem = await Promise.race([error, closed]);
  show.end(
    `klingkit: ${step.place} ${step.name}: ${problem === undefined ? "done" : "failed"} after ${Math.ceil((Date.now() - started) / 1_000)} s`,
  );
  if (problem !== undefined) {
    const lines = output.flatMap(step.explain ?? ((line) => [line]));
    // What to do comes with each line about a network: it is shown after the last of them.
    const said = lines.filter((line, index) => lines.lastIndexOf(line) === index);
    process.stderr.write(`${[...said, problem].join("\n")}\n`);
  }
  return problem === undefined;
}

/** One line that changes in a terminal; elsewhere a new line now and then. */
function shownOn(stream, text) {
  stream.write(stream.isTTY ? text() : `${text()}\n`);
  const rewrite = () => stream.write(stream.isTTY ? `\r\u001b[K${text()}` : `${text()}\n`);
  const timer = setInterval(rewrite, stream.isTTY ? 250 : pauseInLog);
  return {
    end(last) {
      clearInterval(timer);
      stream.write(stream.isTTY ? `\r\u001b[K${last}\n` : `${last}\n`);
    },
  };
}
