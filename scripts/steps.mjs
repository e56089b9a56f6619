// Steps of the setup that take a while: each says which of how many it is, how far it has come, and what is left.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { lastWords } from "./last-words.mjs";

/** Where nobody sees a line change, a new one is printed so often, in milliseconds. */
const pauseInLog = 15_000;
/** How much the usual time of a step counts beside what is seen of this run; the whole step counts 1. */
const weightOfUsual = 0.1;
/** The part of a step that may be done without being counted: what is under way. */
const underWay = 0.4;

/**
 * @typedef {object} Step
 * @property {string} name such as `install`
 * @property {string} place which of how many: `1/2`
 * @property {string} unit what is counted: `packages`
 * @property {number} usualSeconds how long it takes on a machine of two cores that does nothing else
 * @property {(line: string, seen: Progress) => Progress} read how far it is after a line of the program's output
 * @property {(lines: readonly string[]) => readonly string[]} explain what of its output is shown when the step fails
 *
 * @typedef {{ readonly done: number, readonly total: number }} Progress
 */

/** pnpm's `--reporter=ndjson`. @type {Step["read"]} */
export function readInstall(line, { done, total }) {
  if (line.includes('"name":"pnpm:stats"')) return { done, total: total + (JSON.parse(line).added ?? 0) };
  const isImported = line.includes('"name":"pnpm:progress"') && line.includes('"status":"imported"');
  return { done: done + (isImported ? 1 : 0), total };
}

/**
 * What of pnpm's `--reporter=ndjson` a person can read: its errors. Without a network: why, and what to do.
 * @param {readonly string[]} lines
 */
export function explainInstall(lines) {
  const words = lines.flatMap((line) => (line.startsWith("{") ? (errorOf(JSON.parse(line)) ?? []) : line));
  const ofNetwork = words.filter((line) =>
    /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|FetchError/.test(line),
  );
  if (ofNetwork.length === 0) return words;
  // npm, which fetches pnpm, prints each field of the error besides.
  const reason = ofNetwork.find((line) => line.includes("request to")) ?? ofNetwork[0] ?? "";
  return [
    reason.replace(/^npm (error|ERR!) /, ""),
    "The registry can't be reached. Behind a proxy set HTTPS_PROXY; npm's setting `registry` names another one.",
  ];
}

/** The text of an error that pnpm reports; undefined for its other reports. */
function errorOf({ level, message, err }) {
  return level === "error" ? (err?.message ?? message ?? "pnpm failed without a word.") : undefined;
}

/** turbo's `--output-logs=full` with `--log-order=stream`: the last words of a task, also of a remembered one. @type {Step["read"]} */
export function readBuild(line, { done, total }) {
  return { done: done + (line.includes(lastWords) ? 1 : 0), total };
}

/**
 * What of turbo's output a person needs: the words of the task that failed, without turbo's own.
 * @param {readonly string[]} lines
 */
export function explainBuild(lines) {
  const failed = lines.flatMap((line) => /^(\S+)#(\S+): +ERROR /.exec(line)?.slice(1, 3).join(":") ?? []);
  const isOwn = (words) => !/^(> |cache (hit|miss)|.*ELIFECYCLE|\s*$)/.test(words);
  const said = lines.flatMap((line) => {
    const task = failed.find((name) => line.startsWith(`${name}: `));
    const words = task === undefined ? "" : line.slice(task.length + 2);
    return isOwn(words) ? [words] : [];
  });
  return said.length === 0 ? lines : said;
}

/**
 * What there is to say: `klingkit: 1/2 install: 120 of 256 packages, about 20 s left`.
 * @param {Pick<Step, "name" | "place" | "unit">} step
 * @param {Progress} progress
 * @param {number} secondsLeft
 */
export function progressLine({ name, place, unit }, { done, total }, secondsLeft) {
  const counted = total === 0 ? `counting ${unit}` : `${Math.min(done, total)} of ${total} ${unit}`;
  return `klingkit: ${place} ${name}: ${counted}, ${inWords(secondsLeft)}`;
}

/** As coarse as it is certain. @param {number} seconds */
function inWords(seconds) {
  if (seconds < 10) return "a few seconds left";
  return seconds < 90 ? `about ${Math.ceil(seconds / 10) * 10} s left` : `about ${Math.round(seconds / 60)} min left`;
}

/**
 * What is left of a step: by its usual time and, the more of it is done, by the time that this has taken. If nothing is
 * counted for long, it is more.
 * @param {Progress} progress
 * @param {{ usualSeconds: number, elapsedSeconds: number, countedAfter: number }} times until now, and until the last was counted
 */
export function secondsLeft({ done, total }, { usualSeconds, elapsedSeconds, countedAfter }) {
  const share = total === 0 ? 0 : Math.min(1, done / total);
  const expected = (usualSeconds * weightOfUsual + countedAfter) / (weightOfUsual + share);
  const least = elapsedSeconds / Math.min(1, share + underWay);
  return Math.max(expected, least) - elapsedSeconds;
}

/**
 * Runs a program as a step. What it prints is shown only when it fails.
 * @param {Step & { command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, total?: number }} step
 * @returns {Promise<boolean>} whether it went well
 */
export async function runStep({ command, args, cwd, env, total = 0, ...step }) {
  const started = Date.now();
  const elapsed = () => (Date.now() - started) / 1_000;
  const output = [];
  let progress = { done: 0, total };
  let countedAfter = 0;
  const show = shownOn(process.stderr, () => {
    const times = { usualSeconds: step.usualSeconds, elapsedSeconds: elapsed(), countedAfter };
    return progressLine(step, progress, secondsLeft(progress, times));
  });
  const child = spawn(command, args, { cwd, env, shell: process.platform === "win32" });
  const error = new Promise((resolve) => child.once("error", ({ message }) => resolve(message)));
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      output.push(line);
      const { done } = progress;
      progress = step.read(line, progress);
      if (progress.done > done) countedAfter = elapsed();
    });
  const closed = new Promise((resolve) => child.once("close", (code) => resolve(code === 0 ? undefined : "")));
  const problem = await Promise.race([error, closed]);
  show.end(
    `klingkit: ${step.place} ${step.name}: ${problem === undefined ? "done" : "failed"} after ${Math.ceil(elapsed())} s`,
  );
  if (problem !== undefined) process.stderr.write(`${[...step.explain(output), problem].join("\n")}\n`);
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
