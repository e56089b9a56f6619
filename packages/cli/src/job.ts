import { type PartialHandle, TaskFailedError, type TaskRecord } from "@klingkit/core";
import { noteIn } from "./job-note.js";
import type { jobStates } from "./job-states.js";
import type { TaskMemory } from "./task-memory.js";

/** A job's state for people: `ended` alone says neither whether the result was fetched nor whether the task failed. */
export type JobState = (typeof jobStates)[number];

export function stateOf(record: TaskRecord): JobState {
  const { done, forgotten, out } = noteIn(record);
  if (forgotten) return "forgotten";
  if (record.state === "accepted") return "running";
  if (record.state === "ended") return done || out === undefined ? "done" : "to download";
  return record.state;
}

/** Whether something is left to do: the task has not ended, or its result does not lie where it was wanted. */
export function isUnfinished(record: TaskRecord): boolean {
  return !["done", "refused", "forgotten"].includes(stateOf(record));
}

/** The record of a handle, by the task's id or the own id. */
export function recordFor(records: readonly TaskRecord[], family: string, id: string): TaskRecord | undefined {
  return records.find((record) => record.family === family && [record.task_id, record.external_task_id].includes(id));
}

/** Notes that a job is finished: the result lies where it was wanted, or the task has failed. Never throws. */
export async function finishJob(memory: TaskMemory | undefined, handle: PartialHandle): Promise<void> {
  try {
    const records = (await memory?.store.list()) ?? [];
    const record =
      recordFor(records, handle.family, handle.task_id ?? "") ??
      recordFor(records, handle.family, handle.external_task_id ?? "");
    if (memory && record) await changeNote(memory, record, { done: true });
  } catch {
    // The result is there; a record that still calls it open only makes `resume` look again.
  }
}

/** The same after an error that says that the task has failed: then there is no result to fetch. Never throws. */
export async function finishFailedJob(memory: () => Promise<TaskMemory | undefined>, error: unknown): Promise<void> {
  if (error instanceof TaskFailedError && error.handle) await finishJob(await memory(), error.handle);
}

/** Adds to a record's note. */
export async function changeNote({ store }: TaskMemory, record: TaskRecord, change: object): Promise<void> {
  await store.update({
    ...record,
    note: { ...noteIn(record), ...change },
    updatedAt: Math.max(Date.now(), record.updatedAt),
  });
}
