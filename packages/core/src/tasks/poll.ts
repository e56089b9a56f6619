import type { Family } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { KlingkitError, type PartialHandle } from "../errors/index.js";
import { textOf } from "../lib/json.js";
import { underWayMs } from "../submit/find.js";
import { recordFor, rememberTask } from "../task-store/store-access.js";
import { getOnce, type QueryOptions } from "./get.js";
import { handleOf, type TaskReference, taskIdOf } from "./handle.js";
import { isEnd } from "./status.js";
import { type AnyTask, asHandle, reportStatus } from "./task.js";

/** The polling interval. */
export interface PollOptions {
  /**
   * Pause before the first query, in milliseconds. Default: the family's, 10 s for videos; 250 ms against a simulator.
   */
  readonly firstPollMs?: number | undefined;
  /** Longest pause between queries, in milliseconds. Pauses start shorter and grow. Default: the family's. */
  readonly pollMs?: number | undefined;
}

/** No pause between queries is shorter, whatever the caller asked for. */
const shortestPause = 50;
/** Pause between queries of a server on this machine, in milliseconds. */
export const localPause = 250;
/** For this long after a task was accepted, "no such task" may come from a server that does not know it yet. */
const freshMs = 60_000;

/**
 * Polls one task, for `wait` and `watch`. It decides when to query next, which errors are missed polls, and what has
 * changed, and records the end.
 */
export class Poll {
  readonly family: Family;
  readonly handle: PartialHandle;
  /** The status that was reported last, or that the caller knew. */
  status: string | undefined;
  hasEnded = false;
  /** The error of the last poll, if it was missed. */
  missed: KlingkitError | undefined;
  readonly #context: ClientContext;
  /** The task or record that was given, whose other fields tell more than its ids; of an id alone none. */
  readonly #known: Readonly<Record<string, unknown>>;
  readonly #pauses: { next(missed: unknown): number };

  /** @throws InputError for a value that is not a handle or an id */
  constructor(context: ClientContext, family: Family, reference: TaskReference, options: PollOptions) {
    taskIdOf(reference);
    this.#context = context;
    this.#known = Object(reference);
    this.#pauses = pauseLengths(context, family, options);
    this.family = family;
    this.handle = handleOf(family.name, reference);
    this.status = textOf(this.#known.task_status);
  }

  /** Pause before the next poll, in milliseconds. */
  nextPauseMs(): number {
    return this.#pauses.next(this.missed);
  }

  /**
   * Queries once.
   * @returns the task if its status is new or it has ended; undefined if nothing has changed or the poll was missed
   * @throws KlingkitError, with the handle, for an error that another query can't solve
   */
  async ask(options: QueryOptions): Promise<AnyTask | undefined> {
    try {
      const task = await getOnce(this.#context, this.family, this.handle, options);
      this.missed = undefined;
      return await this.saw(task);
    } catch (error) {
      if (!KlingkitError.isInstance(error) || !(await this.#isMissed(error))) throw error;
      this.missed = error;
      return undefined;
    }
  }

  /** Applies the result of a query. Returns the same as `ask`. */
  async saw(answer: AnyTask): Promise<AnyTask | undefined> {
    const task = asHandle(answer, this.family.name, answer.external_task_id ?? this.handle.external_task_id);
    const ends = isEnd(task.task_status);
    const isNew = task.task_status !== this.status;
    if (this.hasEnded || !(isNew || ends)) return undefined;
    this.status = task.task_status;
    this.hasEnded = ends;
    if (isNew) reportStatus(this.#context, task);
    if (ends) await rememberTask(this.#context, this.family, task);
    return task;
  }

  async #isMissed(error: KlingkitError): Promise<boolean> {
    if (isTransient(error) || error.code === "foreign-task") return true;
    return saysNoSuchTask(error) && (await this.#isFresh());
  }

  /**
   * Whether there is evidence that the task was accepted just now: its own time, or the record of its create. While the request may
   * still be under way, the task may yet be made.
   */
  async #isFresh(): Promise<boolean> {
    const isRecent = (time: unknown) =>
      typeof time === "number" && Math.abs(this.#context.clock.now() - time) < freshMs;
    const { created_at, sentAt, claimedAt } = this.#known;
    if ([created_at, sentAt, claimedAt].some(isRecent)) return true;
    const record = await recordFor(this.#context, this.handle).catch(() => undefined);
    return isRecent(record?.sentAt ?? record?.claimedAt) || underWayMs(this.#context, this.family, record) > 0;
  }
}

/** Pauses between polls: the first as advised, then growing by a fifth up to the longest, with jitter. */
export function pauseLengths(
  context: ClientContext,
  family: Family,
  options: PollOptions,
): { next(missed: unknown): number } {
  const first = options.firstPollMs ?? (context.isLocal ? localPause : family.firstPollMs);
  const [shortest, longest] = context.isLocal ? [localPause, localPause] : family.pollMs;
  const ceiling = options.pollMs ?? longest;
  let length = Math.min(shortest, ceiling);
  let polls = 0;
  return {
    next(missed) {
      polls += 1;
      if (polls === 1) return Math.max(shortestPause, first);
      const asked = KlingkitError.isInstance(missed) ? (missed.retryAfterMs ?? 0) : 0;
      const current = Math.min(ceiling, length * (0.9 + 0.2 * context.random()));
      length = Math.min(ceiling, length * 1.2);
      return Math.max(shortestPause, current, Math.min(asked, context.retry.maxRetryAfterMs));
    },
  };
}

/** Whether an error says nothing about the task, so that the next poll queries again. */
export function isTransient(error: unknown): boolean {
  return KlingkitError.isInstance(error) && error.retry === "after-delay";
}

/** Whether an error means that there is no such task. Servers that don't know the task yet answer the same. */
function saysNoSuchTask({ code, status }: KlingkitError): boolean {
  return code === "task-not-found" || code === "resource-not-found" || status === 404;
}
