import { existsSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Dialect } from "@klingkit/spec";
import type { Journal, JournalEntry, Journalled } from "../journal.js";
import { Batch } from "./batch.js";
import { formatLine } from "./lines.js";
import { NewFile } from "./new-file.js";
import { realPath } from "./real-path.js";
import { reasonOf, StateFileError } from "./state-error.js";
import { lockState } from "./state-lock.js";
import { StateReader } from "./state-reader.js";
import { syncFolder } from "./sync-folder.js";
import { writeAll } from "./write-all.js";

export interface StateFileOptions {
  /** The file is rewritten when its outdated lines exceed its valid lines by this number. Default 10 000. */
  readonly spareLines?: number | undefined;
}

/** A journal in a file: one line for every change, made durable in groups, rewritten when most lines are outdated. */
export interface StateFile extends Journal {
  /** Writes the remaining lines and releases the file. */
  close(): Promise<void>;
}

/**
 * A state file, made where there is none. It is read when a simulator is made with it as its `journal`, which throws a
 * StateFileError where another process is using the file, where it can't be read, or where it is not a simulator's.
 */
export function stateFile(file: string, options: StateFileOptions = {}): StateFile {
  return new JournalFile(file, options.spareLines ?? 10_000);
}

class JournalFile implements StateFile {
  /** Its real path, once it is in use: a link to it must not lead to another lock. */
  #file: string;
  readonly #spareLines: number;
  #unlock: () => void = () => {};
  #simulator: Journalled | undefined;
  #handle: FileHandle | undefined;
  /** Bytes and lines that are durable. */
  #size = 0;
  #lines = 0;
  /** The batch to be written next, and the one that is being written. */
  #next: Batch | undefined;
  #current: Batch | undefined;
  #running: Promise<void> | undefined;
  #isRunning = false;
  #isClosed = false;
  /** The file that will replace this one, and the lines appended since it was begun. */
  #renewal: NewFile | undefined;
  /** Whether nothing in the file counts any more: another has to be written before anything is durable. */
  #isOutdated = false;

  constructor(file: string, spareLines: number) {
    this.#file = file;
    this.#spareLines = spareLines;
  }

  attach(simulator: Journalled): void {
    this.#file = realPath(this.#file);
    this.#unlock = lockState(this.#file);
    this.#simulator = simulator;
    try {
      if (!existsSync(this.#file) || statSync(this.#file).size === 0) this.#make(simulator.dialect);
      this.#replay(simulator);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  append(entry: JournalEntry): void {
    // The file may be another's by now: a callback was under way when it was closed.
    if (this.#isClosed) return;
    const line = formatLine(entry);
    this.#next ??= new Batch();
    this.#next.lines.push(line);
    this.#renewal?.since.push(line);
    this.#start();
  }

  replace(): void {
    this.#isOutdated = true;
    this.#next ??= new Batch();
    this.#start();
  }

  durable(): Promise<void> | undefined {
    this.#start();
    return (this.#next ?? this.#current)?.done;
  }

  async close(): Promise<void> {
    try {
      await this.durable();
      await this.#running;
    } finally {
      this.#isClosed = true;
      await this.#renewal?.cancel();
      await this.#handle?.close();
      this.#unlock();
    }
  }

  #make(dialect: Dialect): void {
    writeFileSync(this.#file, headerOf(dialect), { flush: true, mode: 0o600 });
    syncFolder(dirname(this.#file));
  }

  #replay(simulator: Journalled): void {
    const reader = new StateReader(this.#file);
    let isOlder = false;
    try {
      const version = versionIn(this.#file, reader.header(), simulator.dialect);
      isOlder = version < stateVersion;
      simulator.replay(isOlder ? reader.uncheckedEntries() : reader.entries());
    } catch (error) {
      if (error instanceof StateFileError) throw error;
      const problem = reader.count === 0 ? "can't be read" : `makes no sense in line ${reader.count}`;
      throw new StateFileError(
        `The state file ${this.#file} ${problem}: ${reasonOf(error)}; give --state another path.`,
        { cause: error },
      );
    } finally {
      reader.close();
    }
    this.#size = reader.end;
    this.#lines = reader.count;
    truncateSync(this.#file, reader.end);
    // Written again as a whole, it has checksums.
    if (isOlder) this.replace();
  }

  #start(): void {
    if (!this.#next || this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  /** Writes batch after batch. Lines that come while one is written go into the next: many answers, one wait for the disk. */
  async #run(): Promise<void> {
    // What one request changes is appended in one go.
    await Promise.resolve();
    let goesOn = true;
    while (goesOn && this.#next) {
      const batch = this.#next;
      this.#next = undefined;
      this.#current = batch;
      goesOn = await this.#settle(batch);
      this.#current = undefined;
    }
    // In the same step as the last look at the next batch: an append after it starts the loop again.
    this.#isRunning = false;
  }

  /** Makes a batch durable. @returns false where that can't be done now */
  async #settle(batch: Batch): Promise<boolean> {
    try {
      if (this.#isOutdated) await this.#rewrite();
      else if (this.#renewal?.isReady) await this.#takeOver(this.#renewal);
      else await this.#write(batch);
    } catch (error) {
      // Its changes have happened: it is tried again with the next.
      this.#next = new Batch([...batch.lines, ...(this.#next?.lines ?? [])], this.#next);
      batch.reject(explain(this.#file, error));
      return false;
    }
    batch.resolve();
    this.#renew();
    return true;
  }

  async #write({ lines }: Batch): Promise<void> {
    this.#handle ??= await open(this.#file, "r+");
    const bytes = Buffer.from(lines.join(""));
    await writeAll(this.#handle, bytes, this.#size);
    await this.#handle.datasync();
    this.#size += bytes.length;
    this.#lines += lines.length;
  }

  /** Begins a new file where most lines of this one are out of date. */
  #renew(): void {
    const simulator = this.#simulator;
    if (!simulator || this.#renewal) return;
    if (this.#lines - simulator.size <= simulator.size + this.#spareLines) return;
    this.#begin(simulator)
      .write()
      .catch(() => {
        // The old file goes on; it is tried again when it has grown by as much.
        this.#renewal = undefined;
        this.#lines = 0;
      });
  }

  #begin(simulator: Journalled): NewFile {
    this.#renewal = new NewFile(`${this.#file}.new`, headerOf(simulator.dialect), simulator.everything());
    return this.#renewal;
  }

  /** Writes everything into a new file, which replaces this one; until then nothing is durable. */
  async #rewrite(): Promise<void> {
    const simulator = this.#simulator;
    if (!simulator) return;
    await this.#renewal?.cancel();
    this.#isOutdated = false;
    const renewal = this.#begin(simulator);
    let meanwhile: Batch | undefined;
    try {
      await renewal.write();
      // What has been appended meanwhile is written by the new file.
      meanwhile = this.#next;
      this.#next = undefined;
      await this.#takeOver(renewal);
      meanwhile?.resolve();
    } catch (error) {
      this.#renewal = undefined;
      this.#isOutdated = true;
      meanwhile?.reject(explain(this.#file, error));
      throw error;
    }
  }

  /** Adds the lines that came since the new file was begun, then replaces the old one with it. */
  async #takeOver(renewal: NewFile): Promise<void> {
    this.#renewal = undefined;
    const { handle, size, lines } = await renewal.finish(this.#file);
    await this.#handle?.close();
    this.#handle = handle;
    this.#size = size;
    this.#lines = lines;
  }
}

/** The version of the file's lines. Those of version 1 have no checksum. */
const stateVersion = 2;

function headerOf(dialect: Dialect): string {
  return `${JSON.stringify({ klingkit: "state", version: stateVersion, dialect })}\n`;
}

/** @throws StateFileError for a file that is not this simulator's */
function versionIn(file: string, header: unknown, dialect: Dialect): number {
  const { klingkit, version, dialect: spoken } = (header ?? {}) as Readonly<Record<string, unknown>>;
  if (klingkit === "state" && typeof version === "number" && version > stateVersion)
    throw new StateFileError(
      `A newer klingkit wrote ${file} (version ${version}; this one reads ${stateVersion}); update klingkit, or give --state another name.`,
    );
  if (klingkit !== "state" || (version !== 1 && version !== stateVersion))
    throw new StateFileError(`${file} is not a state file of this simulator; give --state another name.`);
  if (spoken !== dialect)
    throw new StateFileError(
      `The state file ${file} is of a simulator that speaks ${spoken}, not ${dialect}; start it with --dialect ${spoken}, or give --state another name.`,
    );
  return version;
}

function explain(file: string, error: unknown): StateFileError {
  return new StateFileError(
    `The state file ${file} can't be written: ${reasonOf(error)}; nothing is answered until it can, and then nothing is lost.`,
    { cause: error },
  );
}
