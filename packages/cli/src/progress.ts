import { type AnyTask, formatHandle } from "@klingkit/core";
import { typicalSeconds } from "@klingkit/spec";
import { oneLine } from "./clean-text.js";
import { displayWidth, endWithin, padTo } from "./display-width.js";
import type { Io } from "./io.js";
import { canRedraw, notice } from "./report.js";
import { createStyle, fit, hasSucceeded, label, type Style, strip, unanswered } from "./strip.js";

/** Shows the progress of a task: in one line of a terminal that is redrawn, elsewhere in a line for each change. */
export interface Progress {
  /** The task has reached this status. With `--jsonl` it is an event too. */
  status(task: AnyTask): void;
  /** Bytes of the result have arrived. */
  bytes(progress: { readonly received: number; readonly size: number | undefined }): void;
  /** Takes the line away, or leaves its last state. */
  end(keep: boolean): void;
}

export interface ProgressOptions {
  /** What the line is about: a picture, a handle. */
  readonly name: string;
  readonly family: string;
  readonly model?: unknown;
  readonly mode?: unknown;
  /** The server is on this machine: a simulator, as a rule. */
  readonly isLocal?: boolean;
  /** One of several tasks, whose line begins with its name. */
  readonly isOneOfMany?: boolean;
}

/** The same, told of the word alone. */
interface Line extends Omit<Progress, "status"> {
  status(word: string): void;
}

/** How often a line says that the task is still under way, where lines can't be redrawn, in milliseconds. */
const heartbeatMs = 60_000;
const redrawMs = 100;

/** The progress of the tasks of one command. On a terminal they stand below each other; a line goes when its task ends. */
export class ProgressTable {
  readonly #io: Io;
  readonly #now: () => number;
  readonly #style: Style;
  readonly #rows = new Set<Row>();
  #timer: NodeJS.Timeout | undefined;

  constructor(io: Io, now: () => number = Date.now) {
    this.#io = io;
    this.#now = now;
    this.#style = createStyle(io);
  }

  add(options: ProgressOptions): Progress {
    const line = canRedraw(this.#io) ? this.#addRow(options) : linesOf(this.#io, options, this.#now);
    let known: string | undefined;
    return {
      ...line,
      status: (task) => {
        const { task_status } = task;
        if (task_status === known) return;
        known = task_status;
        line.status(task_status);
        this.#io.events.emit({ type: "status", handle: formatHandle(task), task_status });
      },
    };
  }

  #addRow(options: ProgressOptions): Line {
    const row = new Row(options, this.#now);
    this.#rows.add(row);
    this.#timer ??= setInterval(() => this.#draw(), redrawMs);
    this.#draw();
    return {
      status: (word) => {
        row.word = oneLine(word);
        this.#draw();
      },
      bytes: ({ received, size }) => {
        row.received = size === undefined ? megabytes(received) : `${megabytes(received)} of ${megabytes(size)}`;
        this.#draw();
      },
      end: (keep) => this.#end(row, keep),
    };
  }

  #end(row: Row, keep: boolean): void {
    this.#rows.delete(row);
    if (this.#rows.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (keep) this.#io.live.keep([row.line(this.#io.stderr.columns, this.#style)]);
    else this.#io.live.clear();
    if (this.#rows.size > 0) this.#draw();
  }

  /** As many lines as the terminal has room for. */
  #draw(): void {
    const { columns, rows: height } = this.#io.stderr;
    const all = [...this.#rows];
    const shown = all.length < height ? all : all.slice(0, Math.max(1, height - 2));
    const lines = shown.map((row) => row.line(columns, this.#style));
    if (shown.length < all.length) lines.push(fit(`and ${all.length - shown.length} more`, columns));
    this.#io.live.draw(lines);
  }
}

/** One task's line on a terminal. */
class Row {
  word = unanswered;
  received: string | undefined;
  readonly #options: ProgressOptions;
  readonly #expectedMs: number;
  readonly #now: () => number;
  readonly #started: number;

  constructor(options: ProgressOptions, now: () => number) {
    this.#options = options;
    this.#expectedMs = options.isLocal ? 3_000 : typicalMs(options);
    this.#now = now;
    this.#started = now();
  }

  /** Strip, status, time and the time that such tasks usually take. */
  line(columns: number, style: Style): string {
    const { isLocal, name, isOneOfMany } = this.#options;
    const elapsed = this.#now() - this.#started;
    const usual = isLocal ? "" : `, usually ${secondsText(this.#expectedMs)}`;
    const time = hasSucceeded(this.word) ? "downloading" : `${secondsText(elapsed)}${usual}`;
    const head = isOneOfMany ? `${cell(oneLine(name), Math.floor(columns / 4))} ` : "";
    const picture = strip(this.word, elapsed / this.#expectedMs, columns - displayWidth(head), style);
    return fit(`${head}${picture} ${label(this.word, style)} ${this.received ?? time}`, columns);
  }
}

/** A text in a column of this width; the end of a name says more than its beginning. */
function cell(text: string, width: number): string {
  return padTo(endWithin(text, width), width);
}

/** A line for each change, and one a minute in between. */
function linesOf(io: Io, { name }: ProgressOptions, now: () => number): Line {
  const started = now();
  let word = unanswered;
  const tell = () => notice(io, `${name} ${oneLine(word)} after ${secondsText(now() - started)}`);
  const timer = setInterval(tell, heartbeatMs);
  timer.unref();
  return {
    status(next) {
      word = next;
      tell();
    },
    bytes() {},
    end: () => clearInterval(timer),
  };
}

/** How long a task usually takes, in milliseconds, by family, model and mode. */
function typicalMs({ family, model, mode }: ProgressOptions): number {
  return (typicalSeconds(family, { model_name: model, mode }) ?? 180) * 1000;
}

function secondsText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
