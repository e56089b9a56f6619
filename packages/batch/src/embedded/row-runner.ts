import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AbortedError,
  type AnyTask,
  type KlingClient,
  KlingkitError,
  type PartialHandle,
  SubmitOutcomeUnknownError,
  TaskFailedError,
  WaitTimeoutError,
} from "@klingkit/core";
import { findTask, type UnrecordedRow } from "../absence.js";
import type { BatchOptions, RowResult, RowState } from "../engine.js";
import { shortError, stopsBatch } from "../errors.js";
import { checkFiles } from "../files-unchanged.js";
import { ownIdOf } from "../identity.js";
import { localMs } from "../pauses.js";
import { saveResults } from "../results.js";
import type { BatchRow } from "../row.js";
import { isNote, type Journal, type RowNote } from "./journal.js";

export interface RunnerSettings {
  readonly options: BatchOptions;
  readonly client: KlingClient;
  readonly journal: Journal;
  readonly out: string;
  /** Runs a download once there is room for one. */
  readonly download: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Called when nothing more can be sent. */
  readonly stop: (error: KlingkitError) => void;
}

/** How a row ends without a video. */
class RowEnd extends Error {
  readonly state: RowState;
  readonly error: KlingkitError;
  constructor(state: RowState, error: KlingkitError) {
    super(error.message);
    this.state = state;
    this.error = error;
  }
}

/** Works off single rows, each from the state that the journal has for it. */
export class RowRunner {
  readonly #settings: RunnerSettings;
  /** Own ids of the tasks whose files are in the folder, by row. */
  readonly #saved = new Map<string, string[]>();

  constructor(settings: RunnerSettings) {
    this.#settings = settings;
    const { journal, options } = settings;
    for (const { record, note } of journal.notes()) {
      if (note.batch !== options.name || !note.files) continue;
      this.#saved.set(note.row, [...(this.#saved.get(note.row) ?? []), record.external_task_id]);
    }
  }

  /** The number of the last attempt that the journal knows, or 0. */
  lastAttempt(row: BatchRow): number {
    let attempt = 0;
    while (this.#settings.journal.recordOf(this.#ownId(row, attempt + 1))) attempt += 1;
    return attempt;
  }

  /** Those of the rows that the journal knows no attempt of. */
  unrecorded(rows: readonly BatchRow[]): UnrecordedRow[] {
    return rows.flatMap((row) => (this.lastAttempt(row) === 0 ? [{ row, ownId: this.#ownId(row, 1) }] : []));
  }

  /** The result of a row whose files are in place already. */
  finished(row: BatchRow): RowResult | undefined {
    const attempt = this.lastAttempt(row);
    const note = attempt > 0 ? this.#note(row, attempt) : undefined;
    if (note?.outcome !== "succeeded" || !note.files?.length) return undefined;
    if (!note.files.every((name) => existsSync(path.join(this.#settings.out, name)))) return undefined;
    return this.#result(row, attempt, "skipped", note.files);
  }

  /** Never rejects: whatever happens to a row is its result. */
  async run(row: BatchRow): Promise<RowResult> {
    const { attempts = 3, onEvent } = this.#settings.options;
    const first = Math.max(1, this.lastAttempt(row));
    const known = this.#note(row, first);
    // What failed for a temporary reason is tried again; what was refused for its content is not.
    let attempt = known?.outcome === "failed" && known.error?.passes ? first + 1 : first;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#once(row, attempt);
      } catch (error) {
        const end = this.#explain(error);
        const isLast = tries >= attempts || end.state !== "failed" || end.error.retry !== "after-delay";
        if (isLast || this.#isStopping()) return this.#result(row, attempt, end.state, [], end.error);
        onEvent?.({ type: "row-retried", row, attempt, error: end.error });
        await sleep(this.#pause(tries), undefined, { signal: this.#settings.options.drain }).catch(() => {});
        // A refused intention may be sent again under its id; a task that has failed needs another one.
        if (end.error instanceof TaskFailedError) attempt += 1;
      }
    }
  }

  async #once(row: BatchRow, attempt: number): Promise<RowResult> {
    const { journal } = this.#settings;
    const note = this.#note(row, attempt);
    if (note?.outcome === "failed" && note.error) throw this.#failedBefore(note.error);
    const task = await this.#task(row, attempt);
    const ownId = this.#ownId(row, attempt);
    const { out, client, options, download } = this.#settings;
    const earlier = this.#saved.get(row.id) ?? [];
    const where = { row, out, replace: earlier.length > 0, signal: options.signal };
    const files = await download(() => saveResults(client, task, where));
    const noted = { ...this.#newNote(row, attempt), ...journal.noteOf(ownId) };
    await journal.note(ownId, { ...noted, outcome: "succeeded", files });
    await this.#forgetFiles(earlier.filter((id) => id !== ownId));
    return this.#result(row, attempt, "done", files);
  }

  /** Of tasks whose files were replaced by those of an edited row. Where the edit is undone, theirs are downloaded again. */
  async #forgetFiles(ownIds: readonly string[]): Promise<void> {
    const { journal } = this.#settings;
    for (const ownId of ownIds) {
      const { files: _, ...rest } = journal.noteOf(ownId) ?? {};
      if (isNote(rest)) await journal.note(ownId, rest);
    }
  }

  /** Makes or finds the row's task and waits until it has succeeded. @throws KlingkitError */
  async #task(row: BatchRow, attempt: number): Promise<AnyTask> {
    const { client, options, journal } = this.#settings;
    const { signal, onEvent } = options;
    const ownId = this.#ownId(row, attempt);
    const onStatus = ({ task_status }: AnyTask) => onEvent?.({ type: "row-status", row, status: task_status, attempt });
    try {
      const handle = (await this.#known(row, ownId)) ?? (await this.#submit(row, ownId, attempt));
      const pauses = client.isLocal ? { firstPollMs: localMs, pollMs: localMs } : {};
      return await client.resume(handle, { onStatus, ...pauses, signal });
    } catch (error) {
      if (error instanceof TaskFailedError) {
        const passes = error.retry === "after-delay";
        const failure = { ...shortError(error), passes };
        await journal.note(ownId, { ...this.#newNote(row, attempt), outcome: "failed", error: failure });
      }
      throw error;
    }
  }

  /** Finds the row's task in the journal, else at CometAPI, where another folder may have made it. */
  async #known(row: BatchRow, ownId: string): Promise<PartialHandle | undefined> {
    const { client, journal, options } = this.#settings;
    const record = journal.recordOf(ownId);
    const { family } = row;
    if (record?.state === "accepted" || record?.state === "ended" || record?.task_id) {
      const { task_id } = record;
      return { family, external_task_id: ownId, ...(task_id ? { task_id } : {}) };
    }
    // Of a record without a task id, submit itself finds out what came of it.
    if (record || client.dialect === "kling") return undefined;
    return findTask(client, { row, ownId }, options.signal);
  }

  async #submit(row: BatchRow, ownId: string, attempt: number): Promise<PartialHandle> {
    const { client, options, journal } = this.#settings;
    const { state = "refused" } = journal.recordOf(ownId) ?? {};
    // Of a request that may be out, submit finds out what came of it.
    if (state === "refused") await checkFiles(row);
    const family = client.family(row.family);
    const note = this.#newNote(row, attempt);
    const body = { ...row.body, external_task_id: ownId } as never;
    const { task_id } = await family.submit(body, { note, signal: options.signal });
    return { family: row.family, task_id, external_task_id: ownId };
  }

  #explain(error: unknown): RowEnd {
    if (error instanceof RowEnd) return error;
    if (!KlingkitError.isInstance(error)) throw error;
    if (stopsBatch(error)) {
      this.#settings.stop(error);
      return new RowEnd("not-started", error);
    }
    if (error instanceof SubmitOutcomeUnknownError) return new RowEnd("unknown", error);
    if (error instanceof WaitTimeoutError) return new RowEnd("open", error);
    if (error instanceof AbortedError) return new RowEnd(error.handle ? "open" : "not-started", error);
    return new RowEnd(/^(over-budget|price-unknown)$/.test(error.code) ? "not-started" : "failed", error);
  }

  #failedBefore({ code, message }: NonNullable<RowNote["error"]>): RowEnd {
    const error = new KlingkitError(message, { code, retry: "after-fix", remedy: "" });
    return new RowEnd("failed", error);
  }

  #isStopping(): boolean {
    const { drain, signal } = this.#settings.options;
    return Boolean(drain?.aborted || signal?.aborted);
  }

  /** The pause before the next attempt, in milliseconds: short against a simulator, else doubling up to a minute. */
  #pause(tries: number): number {
    return this.#settings.client.isLocal ? 50 : Math.min(60_000, 5_000 * 2 ** (tries - 1));
  }

  #ownId(row: BatchRow, attempt: number): string {
    return ownIdOf(this.#settings.options.name, row, attempt);
  }

  #note(row: BatchRow, attempt: number): RowNote | undefined {
    return this.#settings.journal.noteOf(this.#ownId(row, attempt));
  }

  #newNote(row: BatchRow, attempt: number): RowNote {
    return { batch: this.#settings.options.name, row: row.id, digest: row.digest, attempt, usd: row.usd ?? 0 };
  }

  #result(row: BatchRow, attempt: number, state: RowState, files: readonly string[], error?: KlingkitError): RowResult {
    const external_task_id = this.#ownId(row, attempt);
    const record = this.#settings.journal.recordOf(external_task_id);
    const isPaid = record !== undefined && record.state !== "refused" && this.#note(row, attempt)?.outcome !== "failed";
    return {
      row,
      state,
      attempt,
      external_task_id,
      ...(record?.task_id ? { task_id: record.task_id } : {}),
      files,
      usd: isPaid ? (row.usd ?? 0) : 0,
      ...(error ? { error: shortError(error) } : {}),
    };
  }
}
