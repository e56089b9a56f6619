import { stripVTControlCharacters } from "node:util";
import { profiles } from "@klingkit/spec";
import { taskEnd } from "@klingkit/spec/client";
import pc from "picocolors";
import { oneLine } from "./clean-text.js";
import type { Io } from "./io.js";
import { isUnicode } from "./locale.js";
import { notice } from "./report.js";

/** Shows a task's way: on one line of a terminal, elsewhere as a line for each change. */
export interface Progress {
  /** The task has reached this status. */
  status(word: string): void;
  /** Bytes of the result have arrived. */
  bytes(progress: { readonly received: number; readonly size: number | undefined }): void;
  /** Clears the line, or keeps its last state. */
  end(keep: boolean): void;
}

export interface ProgressOptions {
  /** What the lines are about: a picture, a handle. */
  readonly name: string;
  readonly model?: unknown;
  readonly mode?: unknown;
  /** The server is on this machine: a simulator, as a rule. */
  readonly near?: boolean;
  /** One of several at a time: each gets lines of its own. */
  readonly isOneOfMany?: boolean;
  readonly now?: () => number;
}

/** Shown until the server has answered for the first time. */
const unanswered = "waiting";

/** How often a line says that the task is still under way, where lines can't be redrawn, in milliseconds. */
const heartbeatMs = 60_000;

export function createProgress(io: Io, options: ProgressOptions): Progress {
  // A dumb terminal can't rewrite its line.
  const canRedraw = io.stderr.isTTY && io.env.TERM !== "dumb" && !options.isOneOfMany;
  return canRedraw ? redrawnLine(io, options) : linesOf(io, options);
}

/** A line for each change, and one a minute in between. */
function linesOf(io: Io, { name, now = Date.now }: ProgressOptions): Progress {
  const started = now();
  let word = unanswered;
  const tell = () => notice(io, `${name} ${oneLine(word)} after ${secondsText(now() - started)}`);
  const timer = setInterval(tell, heartbeatMs);
  timer.unref();
  return {
    status(next) {
      if (next === word) return;
      word = next;
      tell();
    },
    bytes() {},
    end: () => clearInterval(timer),
  };
}

/**
 * A film strip of three frames that fills while the task runs: submitted, running, ended. Nobody knows how far a running
 * task is; the middle frame fills by the time such tasks usually take, which stands beside it.
 */
function redrawnLine(io: Io, { model, mode, near, now = Date.now }: ProgressOptions): Progress {
  const expectedMs = near ? 3_000 : typicalMs(model, mode);
  const usual = near ? "" : `, usually ${secondsText(expectedMs)}`;
  const style = createStyle(io);
  const started = now();
  let word = unanswered;
  let received: string | undefined;
  const draw = () => {
    const { columns } = io.stderr;
    const elapsed = now() - started;
    const waiting = isDone(word) ? "downloading" : `${secondsText(elapsed)}${usual}`;
    const picture = strip(word, elapsed / expectedMs, columns, style);
    io.stderr.control(`\r\x1b[2K${fit(`${picture} ${label(word, style)} ${received ?? waiting}`, columns)}`);
  };
  const timer = setInterval(draw, 100);
  draw();
  return {
    status(next) {
      word = oneLine(next);
      draw();
    },
    bytes({ received: count, size }) {
      received = size === undefined ? megabytes(count) : `${megabytes(count)} of ${megabytes(size)}`;
      draw();
    },
    end(keep) {
      clearInterval(timer);
      draw();
      io.stderr.control(keep ? "\n" : "\r\x1b[2K");
    },
  };
}

/** How long a task usually takes, in milliseconds, by model and mode. */
function typicalMs(model: unknown, mode: unknown): number {
  const typical = profiles.image2video?.typicalSeconds ?? {};
  const name = String(mode ?? "std");
  return (typical[`${model}/${name}`] ?? typical[name] ?? typical.any ?? 180) * 1000;
}

function secondsText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

interface Style {
  readonly full: string;
  readonly empty: string;
  readonly shapes: Readonly<Record<string, string>>;
  readonly colours: ReturnType<typeof pc.createColors>;
}

/** Characters and colours that this terminal can show. */
function createStyle(io: Io): Style {
  const colours = pc.createColors(hasColours(io));
  return isUnicode(io)
    ? {
        full: "█",
        empty: "░",
        shapes: { [unanswered]: "◌", submitted: "◌", processing: "◐", succeed: "●", failed: "✕" },
        colours,
      }
    : {
        full: "#",
        empty: ".",
        shapes: { [unanswered]: "o", submitted: "o", processing: "*", succeed: "+", failed: "x" },
        colours,
      };
}

/** `NO_COLOR` wins over `FORCE_COLOR`. */
function hasColours({ env, stderr }: Io): boolean {
  if (env.NO_COLOR) return false;
  return env.FORCE_COLOR === undefined ? stderr.isTTY : env.FORCE_COLOR !== "0";
}

/** Room for what stands around the frames: four walls, a shape and a word, the seconds. */
const besideFrames = 25;

function strip(word: string, elapsed: number, columns: number, style: Style): string {
  const width = Math.min(8, Math.max(1, Math.floor((columns - besideFrames) / 3)));
  const running = isDone(word) ? 1 : Math.min(0.95, elapsed);
  return `[${shares(word, elapsed, running)
    .map((share) => bar(share, width, style))
    .join("|")}]`;
}

/** How full each of the three frames is. */
function shares(word: string, elapsed: number, running: number): number[] {
  if (word === unanswered) return [0, 0, 0];
  return word === "submitted" ? [Math.min(0.95, elapsed * 4), 0, 0] : [1, running, isDone(word) ? 1 : 0];
}

function bar(share: number, width: number, { full, empty }: Style): string {
  const count = Math.floor(share * width);
  return full.repeat(count) + empty.repeat(width - count);
}

function isDone(word: string): boolean {
  return taskEnd(word) === "succeeded";
}

function label(word: string, { shapes, colours }: Style): string {
  const end = taskEnd(word);
  const shape = end === undefined ? shapes[word] : shapes[end === "succeeded" ? "succeed" : "failed"];
  const text = `${shape ?? shapes.processing} ${word}`;
  if (end !== undefined) return end === "succeeded" ? colours.green(text) : colours.red(text);
  return word === "submitted" || word === unanswered ? colours.blue(text) : colours.yellow(text);
}

/** Cut to the terminal's width, so that the line never wraps; colours go when it has to be cut. */
function fit(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : plain.slice(0, Math.max(0, columns - 1));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
