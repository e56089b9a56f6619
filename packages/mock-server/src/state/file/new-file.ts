import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { JournalEntry } from "../journal.js";
import { formatLine } from "./lines.js";
import { syncFolder } from "./sync-folder.js";
import { writeAll } from "./write-all.js";

/** Characters written at a time, so that requests are answered in between. */
const portion = 256 * 1024;

/** A new state file, written beside the old one. */
export class NewFile {
  readonly #path: string;
  readonly #header: string;
  readonly #entries: Iterable<JournalEntry>;
  /** Lines appended to the old file since the entries were taken. */
  readonly since: string[] = [];
  #handle: FileHandle | undefined;
  #size = 0;
  #lines = 0;
  #cancelled = false;
  #written: Promise<void> | undefined;
  isReady = false;

  constructor(path: string, header: string, entries: Iterable<JournalEntry>) {
    this.#path = path;
    this.#header = header;
    this.#entries = entries;
  }

  /** Writes the entries. When that fails it rejects and removes the file. */
  write(): Promise<void> {
    this.#written = this.#write();
    return this.#written;
  }

  /** Abandons the file and removes it. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    await this.#written?.catch(() => {});
    await this.#drop();
  }

  async #write(): Promise<void> {
    try {
      // What a crash has left there goes, and a link is not followed: it could lead to any file.
      await rm(this.#path, { force: true });
      this.#handle = await open(this.#path, "wx", 0o600);
      let text = this.#header;
      let lines = 1;
      for (const entry of this.#entries) {
        if (this.#cancelled) throw new Error("The new state file is not needed any more.");
        text += formatLine(entry);
        lines += 1;
        if (text.length < portion) continue;
        await this.#append(text, lines);
        text = "";
        lines = 0;
      }
      await this.#append(text, lines);
      await this.#handle.datasync();
      this.isReady = true;
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  /** Adds the changes made meanwhile, then replaces the old file. */
  async finish(file: string): Promise<{ readonly handle: FileHandle; readonly size: number; readonly lines: number }> {
    try {
      await this.#append(this.since.join(""), this.since.length);
      const handle = this.#opened();
      await handle.sync();
      await rename(this.#path, file);
      syncFolder(dirname(file));
      return { handle, size: this.#size, lines: this.#lines };
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  async #append(text: string, lines: number): Promise<void> {
    const bytes = Buffer.from(text);
    await writeAll(this.#opened(), bytes, this.#size);
    this.#size += bytes.length;
    this.#lines += lines;
  }

  #opened(): FileHandle {
    if (!this.#handle) throw new Error(`${this.#path} is not open.`);
    return this.#handle;
  }

  async #drop(): Promise<void> {
    await this.#handle?.close().catch(() => {});
    await rm(this.#path, { force: true }).catch(() => {});
  }
}
