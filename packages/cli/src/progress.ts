import { stripVTControlCharacters } from "node:util";
import { taskEnd } from "@klingkit/spec/client";
import pc from "picocolors";
import type { Io } from "./io.js";
import { isUnicode } from "./locale.js";

/** Shows a task's way on one line of a terminal; silent anywhere else. */
export interface Progress {
  /** The task has reached this status. */
  status(word: string): void;
  /** Bytes of the result have arrived. */
  bytes(progress: { readonly received: number; readonly size: number | undefined }): void;
  /** Clears the line, or leaves its last state standing. */
  end(keep: boolean): void;
}

/** Shown until the server has said how the task stands: it may not have one yet. */
const unanswered = "waiting";

const silent: Progress = { status() {}, bytes() {}, end() {} };

/**
 * A film strip of three frames that fills while the task runs. How far a running task is nobody knows; the middle frame
 * fills by the time it usually takes.
 */
export function createProgress(io: Io, expectedMs: number, now: () => number = Date.now): Progress {
  // A dumb terminal can't rewrite its line.
  if (!io.stderr.isTTY || io.env.TERM === "dumb") return silent;
  const style = createStyle(io);
  const started = now();
  let word = unanswered;
  let received: string | undefined;
  const draw = () => {
    const columns = io.stderr.columns || 80;
    const elapsed = now() - started;
    const waiting = isDone(word) ? "downloading" : `${Math.round(elapsed / 1000)} s`;
    const picture = strip(word, elapsed / expectedMs, columns, style);
    io.stderr.write(`\r\x1b[2K${fit(`${picture} ${label(word, style)} ${received ?? waiting}`, columns)}`);
  };
  const timer = setInterval(draw, 100);
  draw();
  return {
    status(next) {
      word = next;
      draw();
    },
    bytes({ received: count, size }) {
      received = size === undefined ? megabytes(count) : `${megabytes(count)} of ${megabytes(size)}`;
      draw();
    },
    end(keep) {
      clearInterval(timer);
      draw();
      io.stderr.write(keep ? "\n" : "\r\x1b[2K");
    },
  };
}

interface Style {
  readonly full: string;
  readonly empty: string;
  readonly shapes: Readonly<Record<string, string>>;
  readonly colours: ReturnType<typeof pc.createColors>;
}

/** Characters and colours that this terminal can show. */
function createStyle(io: Io): Style {
  const colours = pc.createColors(!io.env.NO_COLOR);
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
