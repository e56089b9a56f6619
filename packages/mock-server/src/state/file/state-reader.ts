import { closeSync, openSync, readSync } from "node:fs";
import { readJson } from "../../wire/read-json.js";
import type { JournalEntry } from "../journal.js";
import { readLine } from "./lines.js";
import { StateFileError } from "./state-error.js";

interface Line {
  readonly text: string;
  /** False for the last one where its end is missing. */
  readonly isEnded: boolean;
  /** From 1. */
  readonly number: number;
  /** Where the next begins, in bytes. */
  readonly end: number;
}

/** Reads a state file from its start, once. */
export class StateReader {
  readonly #file: string;
  readonly #lines: Iterator<Line, undefined>;
  /** Where what could be read ends, in bytes; what follows is the rest of a write that a crash cut off. */
  end = 0;
  /** Lines read. */
  count = 0;

  constructor(file: string) {
    this.#file = file;
    this.#lines = linesOf(file);
  }

  /** The first line, which names the kind of file; undefined where it can't be read. */
  header(): unknown {
    const line = this.#next();
    const header = line?.isEnded ? readJson(line.text) : undefined;
    if (line && header) this.#pass(line);
    return header;
  }

  /**
   * Everything that follows it.
   * @throws StateFileError for a line that is damaged
   */
  *entries(): Iterable<JournalEntry> {
    let torn: Line | undefined;
    for (let line = this.#next(); line; line = this.#next()) {
      const entry = readLine(line.text, line.isEnded);
      if (entry === "torn") {
        torn ??= line;
        continue;
      }
      // What follows a write that was not finished is later, and was confirmed.
      if (torn || entry === "damaged") throw this.#damaged(torn ?? line);
      this.#pass(line);
      yield entry;
    }
  }

  /**
   * The same of version 1, whose lines have no checksum.
   * @throws StateFileError for an unreadable line that is followed by a readable one
   */
  *uncheckedEntries(): Iterable<JournalEntry> {
    let unreadable: Line | undefined;
    for (let line = this.#next(); line?.isEnded; line = this.#next()) {
      const entry = readJson(line.text);
      unreadable ??= entry ? undefined : line;
      if (!entry) continue;
      if (unreadable) throw this.#damaged(unreadable);
      this.#pass(line);
      yield entry as JournalEntry;
    }
  }

  /** Lets go of the file. */
  close(): void {
    this.#lines.return?.();
  }

  #next(): Line | undefined {
    return this.#lines.next().value;
  }

  #pass({ end }: Line): void {
    this.end = end;
    this.count += 1;
  }

  #damaged({ number }: Line): StateFileError {
    return new StateFileError(
      `Line ${number} of the state file ${this.#file} is damaged, so what it held is unknown. Restore a copy of the file, or delete it to start with an empty simulator.`,
    );
  }
}

/** Its lines; the last one also where it does not end as lines do. */
function* linesOf(file: string): Generator<Line, undefined> {
  const fd = openSync(file, "r");
  try {
    let rest: Buffer = Buffer.alloc(0);
    let end = 0;
    let number = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(1 << 20);
      const length = readSync(fd, chunk);
      if (length === 0) break;
      const known = rest.length;
      rest = known === 0 ? chunk.subarray(0, length) : Buffer.concat([rest, chunk.subarray(0, length)]);
      let start = 0;
      for (let stop = rest.indexOf(10, known); stop >= 0; stop = rest.indexOf(10, start)) {
        number += 1;
        end += stop + 1 - start;
        yield { text: rest.toString("utf8", start, stop), isEnded: true, number, end };
        start = stop + 1;
      }
      rest = rest.subarray(start);
    }
    if (rest.length > 0)
      yield { text: rest.toString("utf8"), isEnded: false, number: number + 1, end: end + rest.length };
    return undefined;
  } finally {
    closeSync(fd);
  }
}
