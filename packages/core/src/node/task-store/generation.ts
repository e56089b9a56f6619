import { constants, type FileHandle, open } from "node:fs/promises";
import type { TaskRecord } from "../../index.js";
import { createTaskRecords, type TaskRecords } from "../../task-store/task-records.js";
import { parseLine } from "./lines.js";
import { newerFormat, notAStore } from "./store-error.js";

const newline = 0x0a;

/** Told of each line that counts and has an id: who holds the intention, where it was asked for and is taken. */
export type SeenLine = (id: string, earlier: TaskRecord | undefined) => void;

/**
 * One file of the store as far as it has been read. The order of its lines decides everything: of two claims the first
 * wins, and what comes after the seal does not count. The system appends each write whole and one after the other,
 * whichever process it comes from, so that no lock is needed and none can be left behind.
 */
export class Generation {
  readonly file: string;
  readonly number: number;
  readonly records: TaskRecords = createTaskRecords();
  /** Lines read so far. */
  lines = 0;
  /** Those of them that were moved here from the file before. */
  moved = 0;
  sealed = false;
  /** Written in an older format, which nothing may be added to. */
  isOld = false;
  #offset = 0;

  constructor(file: string, number: number) {
    this.file = file;
    this.number = number;
  }

  /** Appends the lines, if any, makes them durable, and reads on to the file's end. */
  async exchange(lines: string, seen: SeenLine = () => {}): Promise<void> {
    const handle = await open(this.file, constants.O_RDWR | constants.O_APPEND);
    try {
      const isWhole = lines === "" || (await append(handle, lines));
      await this.#read(handle, seen);
      if (!isWhole) throw Object.assign(new Error("Only a part was written."), { code: "ENOSPC" });
    } finally {
      await handle.close();
    }
  }

  async #read(handle: FileHandle, seen: SeenLine): Promise<void> {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.max(0, size - this.#offset));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, this.#offset);
    // What has no newline yet is still being written, or torn; the next write ends it.
    const end = bytes.lastIndexOf(newline, bytesRead - 1) + 1;
    const isStart = this.#offset === 0;
    this.#offset += end;
    const texts = bytes.toString("utf8", 0, end).split("\n");
    if (isStart) this.#checkHeader(texts[0] ?? "");
    for (const text of texts) if (text !== "" && !this.sealed) this.#take(text, seen);
  }

  #checkHeader(text: string): void {
    const kind = parseLine(text);
    if (kind === "newer") throw newerFormat(this.file);
    if (kind !== "header" && kind !== "older") throw notAStore(this.file);
    this.isOld = kind === "older";
  }

  #take(text: string, seen: SeenLine): void {
    this.lines += 1;
    const line = parseLine(text);
    if (line === "sealed") this.sealed = true;
    if (typeof line !== "object") return;
    const { record, claim, id } = line;
    const earlier = claim ? this.records.claim(record) : this.records.update(record);
    if (id === undefined) this.moved += 1;
    else seen(id, earlier ?? undefined);
  }
}

/** In one write, so that it lies in one piece. It starts with a newline, which ends a line that somebody's crash has torn. */
async function append(handle: FileHandle, lines: string): Promise<boolean> {
  const bytes = Buffer.from(`\n${lines}`);
  const { bytesWritten } = await handle.write(bytes);
  await handle.datasync();
  return bytesWritten === bytes.length;
}
