import type { ClientContext } from "../context.js";
import { InputError, KlingkitError } from "../errors/index.js";
import type { TaskRecord } from "../ports.js";
import { recordOf, remember } from "../task-store/store-access.js";
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
  markSent(): void {
    const { clock, submitTimeoutMs } = this.#context;
    const now = clock.now();
    if (now + Math.min(submitTimeoutMs, longestSend) > this.#record.until) throw tooLate();
    this.#record = { ...this.#record, sentAt: now };
  }

  /** Records the outcome. */
  recordOutcome(outcome: Outcome): Promise<void> {
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

function tooLate(): KlingkitError {
  return new KlingkitError("The process stood still between claiming the task and sending it.", {
    code: "claim-outdated",
    retry: "after-delay",
    remedy: "Send it again.",
  });
}
