import type { Family } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { InputError, KlingkitError, type PartialHandle } from "../errors/index.js";
import { reasonOf } from "../lib/plain-text.js";
import type { TaskKey, TaskRecord, TaskState, TaskStore } from "../ports.js";
import { isOpen } from "../task-store/task-records.js";
import { handleOf } from "../tasks/handle.js";
import { isEnd } from "../tasks/status.js";
import type { AnyTask } from "../tasks/task.js";
import type { Outcome } from "./outcome.js";

/** `until` is later than the request's time limit by this, in milliseconds: the time between the claim and the sending. */
const spareMs = 5_000;
/** Longest time that `until` allows for a request, in milliseconds: a limit of `Infinity` must not block an own id for ever. */
const longestSend = 24 * 3_600_000;

/** The properties of an intention before it is claimed. */
export interface Intent {
  readonly family: string;
  readonly external_task_id: string;
  /** Digest of the request, if the caller chose the own id. */
  readonly digest: string | undefined;
  /** Whether another call can have the same intention: the caller chose the own id. */
  readonly isShared: boolean;
  readonly note: unknown;
}

/** One intention to create a task, in this client's scope of the task store: claimed before anything is sent. */
export class Intention {
  readonly isShared: boolean;
  readonly digest: string | undefined;
  readonly #context: ClientContext;
  /** The record as this call writes it. */
  #record: TaskRecord;

  /** @throws InputError for a note that can't be kept */
  constructor(context: ClientContext, { digest, isShared, note, ...key }: Intent) {
    if (note !== undefined) checkNote(note);
    this.isShared = isShared;
    this.digest = digest;
    this.#context = context;
    this.#record = {
      ...recordOf(context, key, "sending"),
      claimedAt: 0,
      ...(digest === undefined ? {} : { digest }),
      ...(note === undefined ? {} : { note }),
    };
  }

  /** The record in the store. @throws InputError if the store fails */
  find(): Promise<TaskRecord | undefined> {
    return this.#context.taskStore.find(this.#record);
  }

  /**
   * Claims the intention, in the last moment before the request is sent, and again before each repeat. A claim is later than
   * this call's own earlier one also where the clock stands still, so that late news of that one changes nothing.
   * @returns the record of an earlier call, or undefined if this call has claimed the intention
   * @throws InputError if the store fails: without it no paid request is sent
   */
  claim(): Promise<TaskRecord | undefined> {
    this.#touch();
    const { updatedAt, claimedAt } = this.#record;
    this.#record = { ...this.#record, claimedAt: Math.max(updatedAt, claimedAt + 1) };
    return this.#context.taskStore.claim(this.#record);
  }

  /**
   * Gives the claim back, because it is certain that no task was made: any call may claim the intention now.
   * @throws InputError if the store fails
   */
  release(): Promise<void> {
    return this.#context.taskStore.update({ ...this.#record, state: "refused", updatedAt: this.#context.clock.now() });
  }

  /** Keeps the claim while this call looks for its task, for as long as one request may take. @throws InputError */
  renew(): Promise<void> {
    this.#touch();
    return this.#context.taskStore.update(this.#record);
  }

  /**
   * Called when the request is sent. @throws KlingkitError if it could be under way after the time that was written
   * into the store
   */
  leave(): void {
    const { clock, submitTimeoutMs } = this.#context;
    const now = clock.now();
    if (now + Math.min(submitTimeoutMs, longestSend) > this.#record.until) throw tooLate();
    this.#record = { ...this.#record, sentAt: now };
  }

  /** Records the outcome. */
  settle(outcome: Outcome): Promise<void> {
    if (outcome.kind === "refused") return remember(this.#context, { ...this.#record, state: "refused" });
    const { task_id } = outcome.handle;
    const state = outcome.kind === "made" ? "accepted" : "unknown";
    return remember(this.#context, { ...this.#record, ...(task_id === undefined ? {} : { task_id }), state });
  }

  #touch(): void {
    const { clock, submitTimeoutMs } = this.#context;
    const now = clock.now();
    const until = now + Math.min(submitTimeoutMs, longestSend) + spareMs;
    this.#record = { ...this.#record, updatedAt: now, until };
  }
}

/** The largest note, in bytes of its JSON. */
const largestNote = 4_096;

function checkNote(note: unknown): void {
  let json: string | undefined;
  try {
    json = JSON.stringify(note);
  } catch {}
  if (json !== undefined && new TextEncoder().encode(json).length <= largestNote) return;
  throw new InputError("The note is not JSON of at most 4 kB.", "Keep more elsewhere, under the external_task_id.");
}

/** Makes the record of what is known now. */
function recordOf(
  { scope, clock }: ClientContext,
  ids: { readonly family: string; readonly external_task_id: string; readonly task_id?: string | undefined },
  state: TaskState,
): TaskRecord {
  const { family, external_task_id } = ids;
  const now = clock.now();
  return { ...scope, ...handleOf(family, ids), external_task_id, state, claimedAt: now, until: now, updatedAt: now };
}

/** The record of a task; undefined if it has no own id. @throws InputError if the store fails */
export async function recordFor(
  { taskStore, scope }: ClientContext,
  { family, external_task_id }: PartialHandle,
): Promise<TaskRecord | undefined> {
  if (external_task_id === undefined) return undefined;
  const key: TaskKey = { ...scope, family, external_task_id };
  return taskStore.find(key);
}

/** Records of this client's account whose tasks have not been seen to end. @throws InputError if the store fails */
export async function pending({ taskStore, scope }: ClientContext): Promise<readonly TaskRecord[]> {
  const records = await taskStore.list({ open: true });
  return records.filter((record) => {
    const { dialect, origin, account } = record;
    // A record without an origin comes from version 1 of the file store, which served one server and did not name it.
    const isOurs = origin === "" || (dialect === scope.dialect && origin === scope.origin && account === scope.account);
    return isOurs && isOpen(record);
  });
}

/**
 * Writes the state of a task that may exist. If the store fails, the observer is told, because the task must not be
 * lost.
 */
export async function remember(context: ClientContext, record: TaskRecord): Promise<void> {
  const { family, external_task_id } = record;
  try {
    await context.taskStore.update({ ...record, updatedAt: context.clock.now() });
  } catch (cause) {
    context.emit({ type: "task-store-failed", family, external_task_id, cause });
  }
}

/** Records what a query has shown of a task. A task without an own id has no record. */
export async function rememberTask(context: ClientContext, family: Family, task: AnyTask): Promise<void> {
  const { task_id, external_task_id } = task;
  if (external_task_id === undefined) return;
  const ids = { family: family.name, external_task_id, task_id };
  const seen = recordOf(context, ids, isEnd(task.task_status) ? "ended" : "accepted");
  const { claimedAt = seen.claimedAt } = (await recordFor(context, ids).catch(() => undefined)) ?? {};
  await remember(context, { ...seen, claimedAt });
}

/** Wraps the caller's task store. Its errors become InputErrors, because without the store no paid request is sent. */
export function checkedStore(store: TaskStore): TaskStore {
  const checked =
    <Given extends unknown[], T>(method: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      try {
        return await method.apply(store, given);
      } catch (cause) {
        if (KlingkitError.isInstance(cause)) throw cause;
        throw new InputError(`The task store failed: ${reasonOf(cause)}.`, "Repair the store.", "task-store");
      }
    };
  return {
    claim: checked(store.claim),
    find: checked(store.find),
    update: checked(store.update),
    list: checked(store.list),
  };
}

function tooLate(): KlingkitError {
  return new KlingkitError("The process stood still between claiming the task and sending it.", {
    code: "claim-outdated",
    retry: "after-delay",
    remedy: "Send it again.",
  });
}
