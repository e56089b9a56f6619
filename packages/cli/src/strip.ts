import { stripVTControlCharacters } from "node:util";
import { taskEnd } from "@klingkit/spec/client";
import pc from "picocolors";
import { displayWidth, startWithin } from "./display-width.js";
import type { Io } from "./io.js";
import { isUnicode } from "./locale.js";

/** Shown until the server has answered for the first time. */
export const unanswered = "waiting";

/** Characters and colours that a terminal can show. */
export interface Style {
  readonly full: string;
  readonly empty: string;
  readonly shapes: Readonly<Record<string, string>>;
  readonly colours: ReturnType<typeof pc.createColors>;
}

export function createStyle(io: Io): Style {
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

/**
 * A film strip of three frames that fills while the task runs: submitted, running, ended. Nobody knows how far a running
 * task is; the middle frame fills by the time such tasks usually take.
 * @param elapsed of that time, 1 for all of it
 * @param columns room for the strip and what stands beside it
 */
export function strip(word: string, elapsed: number, columns: number, style: Style): string {
  const width = Math.min(8, Math.max(1, Math.floor((columns - besideFrames) / 3)));
  const running = hasSucceeded(word) ? 1 : Math.min(0.95, elapsed);
  return `[${shares(word, elapsed, running)
    .map((share) => bar(share, width, style))
    .join("|")}]`;
}

/** How full each of the three frames is. */
function shares(word: string, elapsed: number, running: number): number[] {
  if (word === unanswered) return [0, 0, 0];
  return word === "submitted" ? [Math.min(0.95, elapsed * 4), 0, 0] : [1, running, hasSucceeded(word) ? 1 : 0];
}

function bar(share: number, width: number, { full, empty }: Style): string {
  const count = Math.floor(share * width);
  return full.repeat(count) + empty.repeat(width - count);
}

export function hasSucceeded(word: string): boolean {
  return taskEnd(word) === "succeeded";
}

/** Shape and word of a status. The shape alone is coloured: some colours are hard to read on a light ground, or on a dark one. */
export function label(word: string, { shapes, colours }: Style): string {
  const end = taskEnd(word);
  const known = end === undefined ? shapes[word] : shapes[end === "succeeded" ? "succeed" : "failed"];
  return `${colourOf(word, colours)(known ?? shapes.processing)} ${word}`;
}

function colourOf(word: string, { green, red, blue, yellow }: Style["colours"]) {
  const end = taskEnd(word);
  if (end !== undefined) return end === "succeeded" ? green : red;
  return word === "submitted" || word === unanswered ? blue : yellow;
}

/** Cut to the terminal's width, so that the line never wraps; colours go when it has to be cut. */
export function fit(line: string, columns: number): string {
  if (displayWidth(line) < columns) return line;
  return startWithin(stripVTControlCharacters(line), Math.max(0, columns - 1));
}
