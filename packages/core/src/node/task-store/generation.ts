import { constants, type FileHandle, open } from "node:fs/promises";
import type { TaskRecord } from "../../index.js";
import { createTaskRecords, type TaskRecords } from "../../task-store/task-records.js";
import { formatLine, type RecordLine, readHeader, readLine, readOldLine } from "./lines.js";
import { newerFormat, notAStore, tooLarge } from "./store-error.js";

const newline = 0x0a;
/** Read at once, in bytes. */
const pieceSize = 4 * 2 ** 20;
/** No store makes a file this large, in bytes: it is rewritten long before. */
const largestFile = 2 ** 30;

/** Told of each line that counts and has an id; `earlier` is the record that refuses a claim. */
export type SeenLine = (id: string, earlier: TaskRecord | undefined) => void;

/**
 * One file of the store, as far as it has been read. The order of its lines decides: the first of two claims wins, and
 * lines after the seal do not count. The system appends each write in one piece, whichever process it comes from. So no
 * lock is needed, and no lock can be left behind.
 */
export class Generation {
  readonly file: string;
  readonly number: number;
  readonly records: TaskRecords = createTaskRecords();
  /** Texts of lines that were complete once and are now damaged. */
  readonly damaged: string[] = [];
  /** Lines read so far. */
  lines = 0;
  /** Those of them that were moved here from the file before. */
  moved = 0;
  sealed = false;
  /** Written in an older format, which nothing may be added to. */
  isOld = false;
  #offset = 0;
  #torn = "";

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

  /** The content with which the next file begins: the records that still count, and the damaged lines. */
  content(): string {
    const damaged = this.damaged.map((text) => formatLine({ damaged: text }));
    return [...damaged, ...this.records.list().map((record) => formatLine({ record, claim: false }))].join("");
  }

  async #read(handle: FileHandle, seen: SeenLine): Promise<void> {
    const { size } = await handle.stat();
    if (size > largestFile) throw tooLarge(this.file);
    let unfinished = Buffer.alloc(0);
    while (this.#offset + unfinished.length < size) {
      const piece = Buffer.alloc(Math.min(pieceSize, size - this.#offset - unfinished.length));
      const { bytesRead } = await handle.read(piece, 0, piece.length, this.#offset + unfinished.length);
      if (bytesRead === 0) return;
      const bytes = Buffer.concat([unfinished, piece.subarray(0, bytesRead)]);
      // What has no newline yet is still being written, or torn; the next write ends it.
      const end = bytes.lastIndexOf(newline) + 1;
      this.#takeAll(bytes.toString("latin1", 0, end), seen);
      this.#offset += end;
      unfinished = bytes.subarray(end);
    }
  }

  #takeAll(text: string, seen: SeenLine): void {
    if (text === "") return;
    const texts = text.slice(0, -1).split("\n");
    if (this.#offset === 0) this.#checkHeader(texts.shift() ?? "");
    for (const line of texts) {
      if (this.sealed) return;
      if (line === "") this.#endWrite();
      else this.#take(line, seen);
    }
  }

  #checkHeader(text: string): void {
    const version = readHeader(text);
    if (version === "newer") throw newerFormat(this.file);
    if (version === undefined) throw notAStore(this.file);
    this.isOld = version === "older";
  }

  /**
   * There is an empty line between two writes. It is missing after a line that was cut off, because the next write ends
   * that line.
   */
  #endWrite(): void {
    if (this.#torn) this.damaged.push(this.#torn);
    this.#torn = "";
  }

  #take(text: string, seen: SeenLine): void {
    this.lines += 1;
    const line = this.isOld ? readOldLine(Buffer.from(text, "latin1").toString()) : readLine(text);
    // A damaged byte that reads as a newline splits a line in two; the first half looks torn.
    if (line === "damaged") this.damaged.push(this.#torn + text);
    this.#torn = line === "torn" ? `${text}\n` : "";
    if (line === "sealed") this.sealed = true;
    if (typeof line === "string") return;
    if ("damaged" in line) this.damaged.push(line.damaged);
    else this.#takeRecord(line, seen);
  }

  #takeRecord({ record, claim, id }: RecordLine, seen: SeenLine): void {
    if (id === undefined) this.moved += 1;
    if (claim) this.#expectDamaged(record);
    const earlier = claim ? this.records.claim(record) : this.records.update(record);
    if (id !== undefined) seen(id, earlier ?? undefined);
  }

  /** An intention that only a damaged line names may have been sent: its outcome is unknown. */
  #expectDamaged(record: TaskRecord): void {
    const { external_task_id, updatedAt } = record;
    if (this.damaged.length === 0 || this.records.find(record)) return;
    if (!this.damaged.some((text) => text.includes(external_task_id))) return;
    this.records.update({ ...record, state: "unknown", until: updatedAt });
  }
}

/** In one write, so that it lies in one piece. It starts with a newline, which ends a line that a crash has torn. */
async function append(handle: FileHandle, lines: string): Promise<boolean> {
  const bytes = Buffer.from(`\n${lines}`);
  const { bytesWritten } = await handle.write(bytes);
  await handle.datasync();
  return bytesWritten === bytes.length;
}
