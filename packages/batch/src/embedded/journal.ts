import path from "node:path";
import { AbortedError, mergeRecord, type TaskRecord, type TaskStore } from "@klingkit/core";
import { fileTaskStore } from "@klingkit/core/node";

/** Where the engine keeps what it knows of a batch in this folder. */
export function journalFolder(out: string): string {
  return path.join(out, ".klingkit", "journal");
}

/** What the journal keeps of a row beside its task, as the record's note. */
export interface RowNote {
  readonly batch: string;
  readonly row: string;
  readonly digest: string;
  readonly attempt: number;
  readonly usd: number;
  readonly outcome?: "succeeded" | "failed";
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string; readonly passes: boolean };
  readonly files?: readonly string[];
}

/** The tasks of a batch: core's store in files, which forgets nothing, with a view of it in memory. */
export interface Journal extends TaskStore {
  /** As last seen by this process. */
  recordOf(ownId: string): TaskRecord | undefined;
  noteOf(ownId: string): RowNote | undefined;
  /** Adds to what is known of a row. */
  note(ownId: string, note: RowNote): Promise<void>;
  /** All that batches have noted. */
  notes(): Iterable<{ readonly record: TaskRecord; readonly note: RowNote }>;
}

/**
 * Opens the journal in a folder of its own.
 * @param drain once it is aborted, nothing more is claimed, and so nothing is sent
 */
export async function openJournal(folder: string, drain: AbortSignal | undefined): Promise<Journal> {
  const store = fileTaskStore(folder, { limit: Number.POSITIVE_INFINITY });
  const records = new Map((await store.list()).map((record) => [record.external_task_id, record]));
  const noteOf = (ownId: string) => {
    const note = records.get(ownId)?.note;
    return isNote(note) ? note : undefined;
  };
  const see = (record: TaskRecord) => {
    const earlier = records.get(record.external_task_id);
    records.set(record.external_task_id, earlier ? mergeRecord(earlier, record) : record);
  };
  const update = async (record: TaskRecord) => {
    await store.update(record);
    see(record);
  };
  return {
    ...store,
    async claim(record) {
      if (drain?.aborted) throw new AbortedError(drain.reason);
      const earlier = await store.claim(record);
      records.set(record.external_task_id, earlier ?? record);
      return earlier;
    },
    update,
    recordOf: (ownId) => records.get(ownId),
    noteOf,
    async note(ownId, note) {
      const record = records.get(ownId);
      if (record) await update({ ...record, note, updatedAt: Math.max(Date.now(), record.updatedAt) });
    },
    *notes() {
      for (const record of records.values()) if (isNote(record.note)) yield { record, note: record.note };
    },
  };
}

export function isNote(note: unknown): note is RowNote {
  return typeof note === "object" && note !== null && "batch" in note && "row" in note && "attempt" in note;
}
