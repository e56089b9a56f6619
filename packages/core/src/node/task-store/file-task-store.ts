import { randomUUID } from "node:crypto";
import path from "node:path";
import { callQuietly } from "@klingkit/spec/web";
import type { TaskRecord, TaskStore } from "../../index.js";
import { checkNumbers } from "../../lib/settings.js";
import { createTaskRecords, type TaskRecords } from "../../task-store/task-records.js";
import { codeOf } from "../error-code.js";
import { Generation } from "./generation.js";
import { create, fileOf, newest, rehearse, removeOlder } from "./generations.js";
import { formatLine, seal } from "./lines.js";
import { noFolder, notKept, storeError } from "./store-error.js";

export interface FileTaskStoreOptions {
  /**
   * About how many records are kept. Beyond it, the oldest records that were refused, or that ended more than 30 days
   * ago, are removed. Open records, and those that ended later, are never removed. `Infinity` keeps all. Default 10
   * 000.
   */
  readonly limit?: number | undefined;
  /**
   * Called for each line that was complete once and is now damaged, for example by a fault of the disk. The line is
   * kept. A request that only such a line names has the state `unknown`. It is not awaited; what it throws or rejects with
   * is ignored. Default: a warning of the process.
   */
  readonly onDamage?: ((damage: TaskStoreDamage) => void) | undefined;
}

export interface TaskStoreDamage {
  /** The store's folder, as an absolute path. */
  readonly folder: string;
  /** The damaged text of the line. */
  readonly text: string;
}

/** A call that waits for the disk. */
interface Waiting {
  /** Empty for a call that only reads. */
  readonly line: string;
  readonly id: string;
  done(earlier: TaskRecord | undefined): void;
  fail(error: unknown): void;
}

/** One write takes at most this many lines. */
const mostLines = 5_000;
/** A file of more lines than twice this, and than twice the records it began with, is rewritten without its history. */
const mostHistory = 10_000;
/** How often a file may vanish under a write, as it does when another process makes the next one, before it is a fault. */
const mostRounds = 20;

/**
 * A task store in a folder of its own, on a local disk. It appends lines of JSON, and a record is on disk before its
 * request is sent. It survives a crash at any moment. Several processes may use it at once. It removes old records by
 * itself. Calls that come while the disk is busy share the next write.
 * @param folder is made if it does not exist
 * @throws InputError for an empty path, and for a limit that is not a number from 0 up; and from the calls that use it, when the disk is full, the folder can't be
 * used, its file is larger than 1 GiB, or a newer klingkit wrote it
 */
export function fileTaskStore(folder: string, options: FileTaskStoreOptions = {}): TaskStore {
  if (typeof folder !== "string" || folder.trim() === "") throw noFolder();
  checkNumbers({ limit: options.limit });
  const journal = new Journal(path.resolve(folder), options);
  return {
    claim: (record) => journal.append(record, true),
    update: async (record) => void (await journal.append(record, false)),
    find: async (key) => (await journal.read()).find(key),
    list: async (options) => (await journal.read()).list(options),
  };
}

function warn({ folder, text }: TaskStoreDamage): void {
  process.emitWarning(`A line of the task store in ${folder} is damaged: ${text.slice(0, 300)}`, "KlingkitTaskStore");
}

class Journal {
  readonly #folder: string;
  readonly #limit: number;
  readonly #onDamage: (damage: TaskStoreDamage) => void;
  readonly #told = new Set<string>();
  readonly #writer = randomUUID();
  #queue: Waiting[] = [];
  #count = 0;
  #isBusy = false;
  #generation: Generation | undefined;

  constructor(folder: string, { limit = 10_000, onDamage = warn }: FileTaskStoreOptions) {
    this.#folder = folder;
    this.#limit = limit;
    this.#onDamage = onDamage;
  }

  append(record: TaskRecord, claim: boolean): Promise<TaskRecord | undefined> {
    return this.#enqueue((id) => formatLine({ record, claim, id }));
  }

  /** The records as they stand, whichever process has written them. */
  async read(): Promise<Pick<TaskRecords, "find" | "list">> {
    await this.#enqueue(() => "");
    return this.#generation?.records ?? createTaskRecords();
  }

  #enqueue(format: (id: string) => string): Promise<TaskRecord | undefined> {
    return new Promise((done, fail) => {
      this.#count += 1;
      const id = `${this.#writer}-${this.#count}`;
      this.#queue.push({ id, line: format(id), done, fail });
      if (!this.#isBusy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isBusy = true;
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, mostLines));
    this.#isBusy = false;
  }

  /** Writes until every line stands in a file that counts. Never rejects: each call is told by itself. */
  async #commit(batch: readonly Waiting[]): Promise<void> {
    const left = new Map(batch.map((waiting) => [waiting.id, waiting]));
    try {
      for (let round = 1; left.size > 0; round += 1) await this.#exchange(left, round);
      this.#tellDamage();
      await this.#compact();
    } catch (error) {
      const explained = storeError(error, this.#folder);
      for (const { fail } of left.values()) fail(explained);
    }
  }

  /** Writes what is left once; what came after a seal, or into a file that is gone, stays left. */
  async #exchange(left: Map<string, Waiting>, round: number): Promise<void> {
    try {
      const generation = await this.#current();
      await generation.exchange([...left.values()].map(({ line }) => line).join(""), (id, earlier) => {
        left.get(id)?.done(earlier);
        left.delete(id);
      });
      if (generation.sealed) return;
      for (const { line, done, fail } of left.values()) {
        if (line === "") done(undefined);
        else fail(notKept(this.#folder));
      }
      left.clear();
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || round >= mostRounds) throw error;
      this.#generation = undefined;
    }
  }

  #tellDamage(): void {
    for (const text of this.#generation?.damaged ?? []) {
      if (this.#told.has(text)) continue;
      this.#told.add(text);
      callQuietly(this.#onDamage, { folder: this.#folder, text });
    }
  }

  async #current(): Promise<Generation> {
    let generation = this.#generation ?? (await this.#newest());
    // The process that sealed it may have ended before it made the next file, so any process makes that.
    while (generation.sealed) {
      generation.records.forget(this.#limit);
      await create(this.#folder, generation.number + 1, generation.content());
      generation = await this.#newest();
      await removeOlder(this.#folder, generation.number);
    }
    this.#generation = generation;
    return generation;
  }

  /** The newest file, read to its end. */
  async #newest(): Promise<Generation> {
    const number = await newest(this.#folder);
    if (number === 0) await create(this.#folder, 1, "");
    const generation = new Generation(fileOf(this.#folder, number || 1), number || 1);
    await generation.exchange("");
    // An older klingkit that still runs finds the seal too, and then a format that it refuses.
    if (generation.isOld && !generation.sealed) await generation.exchange(seal);
    return generation;
  }

  /** Seals a file that is mostly history, so that the next one begins with what still counts. */
  async #compact(): Promise<void> {
    const generation = this.#generation;
    if (!generation || generation.lines <= 2 * Math.max(Math.min(this.#limit, mostHistory), generation.moved)) return;
    // A full disk must be noticed before the seal: after it no process can write until the next file is made.
    await rehearse(this.#folder, generation.content());
    await generation.exchange(seal);
    await this.#current();
  }
}
