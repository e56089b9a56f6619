import { closeSync, openSync, readSync } from "node:fs";
import type { JournalEntry } from "../journal.js";
import { StateFileError } from "./state-error.js";

interface Line {
  /** Undefined where it can't be read. */
  readonly value: unknown;
  /** From 1. */
  readonly number: number;
  /** Where the next begins, in bytes. */
  readonly end: number;
}

/** Reads a state file from its start, once. */
export class StateReader {
  readonly #file: string;
  readonly #lines: Iterator<Line>;
  /** Where what could be read ends, in bytes; what follows is the rest of a write that a crash cut off. */
  end = 0;
  /** Lines read. */
  count = 0;

  constructor(file: string) {
    this.#file = file;
    this.#lines = linesOf(file);
  }

  /** The first line, which names the kind of file. */
  header(): unknown {
    return this.#next()?.value;
  }

  /**
   * Everything that follows it.
   * @throws StateFileError for an unreadable line that is followed by a readable one
   */
  *entries(): Iterable<JournalEntry> {
    for (let line = this.#next(); line; line = this.#next()) {
      if (line.value === undefined) return this.#onlyRubbish(line);
      yield line.value as JournalEntry;
    }
  }

  /** Lets go of the file. */
  close(): void {
    this.#lines.return?.();
  }

  #next(): Line | undefined {
    const { value, done } = this.#lines.next();
    if (done) return undefined;
    if (value.value !== undefined) {
      this.end = value.end;
      this.count += 1;
    }
    return value;
  }

  #onlyRubbish({ number }: Line): void {
    const { end } = this;
    for (let line = this.#next(); line; line = this.#next()) {
      if (line.value !== undefined)
        throw new StateFileError(
          `Line ${number} of the state file ${this.#file} can't be read, so what it held is unknown; bring back a copy of the file, or delete it to start with an empty simulator.`,
        );
    }
    this.end = end;
  }
}

/** Lines that end as lines do; the last one is left out where it does not. */
function* linesOf(file: string): Generator<Line, undefined> {
  const fd = openSync(file, "r");
  try {
    let rest: Buffer = Buffer.alloc(0);
    let end = 0;
    let number = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(1 << 20);
      const length = readSync(fd, chunk);
      if (length === 0) return undefined;
      const known = rest.length;
      rest = known === 0 ? chunk.subarray(0, length) : Buffer.concat([rest, chunk.subarray(0, length)]);
      let start = 0;
      for (let stop = rest.indexOf(10, known); stop >= 0; stop = rest.indexOf(10, start)) {
        number += 1;
        end += stop + 1 - start;
        yield { value: parse(rest.subarray(start, stop)), number, end };
        start = stop + 1;
      }
      rest = rest.subarray(start);
    }
  } finally {
    closeSync(fd);
  }
}

function parse(line: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(line.toString("utf8"));
    return value !== null && typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
