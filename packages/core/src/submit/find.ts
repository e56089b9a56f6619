import type { Family } from "@klingkit/spec";
import { servers } from "@klingkit/spec/client";
import type { ClientContext } from "../context.js";
import { AbortedError, KlingkitError, type PartialHandle } from "../errors/index.js";
import { abortableSleep, monotonic } from "../lib/clock.js";
import type { TaskRecord } from "../ports.js";
import { get } from "../tasks/get.js";
import { list } from "../tasks/list.js";
import type { AnyTask } from "../tasks/task.js";

/** The result of looking for a task: the task, the proof that it does not exist, or neither. */
export type Found =
  | { readonly task: AnyTask }
  | { readonly task?: never; readonly isAbsent: boolean; readonly error: KlingkitError | undefined };

export interface Search {
  readonly family: Family;
  readonly handle: PartialHandle;
  readonly signal: AbortSignal | undefined;
  /** Whether the task certainly exists. Then "not found" proves nothing. */
  readonly exists?: boolean;
  /** For how long "not found" proves nothing, in milliseconds from now. */
  readonly settleMs: number;
  /** Called before each look-up. */
  readonly onLook?: () => Promise<void>;
}

/** The first pause between two look-ups, in milliseconds; each is twice as long as the one before. */
const firstPause = 1_000;
/** The largest page a list has, and how many of them are read: tasks of 30 days, for all but the busiest. */
const pageSize = 500;
const lastPage = 100;

/**
 * Looks for a task that may or may not exist, at once and then again after 1, 2, 4 … seconds, for as long as "not
 * found" proves nothing: it may be accepted late, and look-ups may lag behind. "Not found" is proof at Kling if the
 * contract says that the own id finds the task. At the gateway it is no proof, unless `trustLookup` is set.
 * @throws AbortedError with the handle
 */
export async function find(context: ClientContext, search: Search): Promise<Found> {
  const { family, handle, signal, settleMs, onLook } = search;
  const now = monotonic(context.clock);
  const start = now();
  const about = { family: family.name, external_task_id: handle.external_task_id };
  for (let pause = firstPause, slept = 0; ; pause *= 2) {
    await onLook?.();
    // By when the look begins; what was slept counts also where the clock stands still.
    const left = settleMs - Math.max(now() - start, slept);
    const seen = await lookUpOnce(context, search);
    if (seen === "cannot look") return ended(context, about, { isAbsent: false, error: undefined });
    if (seen.task) return ended(context, about, seen);
    if (left <= 0) return ended(context, about, { ...seen, isAbsent: seen.isAbsent && canBeAbsent(context, search) });
    const delayMs = Math.min(pause, left);
    context.emit({ type: "look-up", ...about, delayMs, leftMs: left });
    await abortableSleep(context.clock, delayMs, signal, handle);
    slept += delayMs;
  }
}

/**
 * How long the client looks for a task before it believes "not found", in milliseconds.
 * @param error the error of the create: after the provider's own error the request was not passed on any more
 */
export function settlingTime({ settleMs, isLocal }: ClientContext, error?: KlingkitError): number {
  if (settleMs !== undefined) return settleMs;
  if (isLocal) return 1_000;
  const isProviders = typeof error?.providerCode === "number" && (error.status ?? 0) >= 500;
  return isProviders ? 5_000 : 30_000;
}

/**
 * For how long the request of a record may still be under way, in milliseconds. If its sender has ended in doubt, this matters
 * only where "not found" would be proof.
 */
export function underWayMs(context: ClientContext, family: Family, record: TaskRecord | undefined | null): number {
  if (!record) return 0;
  const { state, until, updatedAt } = record;
  const matters = state === "sending" || (state === "unknown" && canBeAbsent(context, { family, handle: record }));
  // A record from the future was written before the clock was set back.
  return matters ? Math.max(0, until - Math.max(updatedAt, context.clock.now())) : 0;
}

/** Whether "not found" proves that the task does not exist. */
function canBeAbsent(
  { dialect, trustLookup }: ClientContext,
  { family, handle, exists }: Pick<Search, "family" | "handle" | "exists">,
): boolean {
  if (exists || handle.task_id || family.externalTaskId !== "yes") return false;
  return dialect === "kling" || trustLookup;
}

function ended(
  { emit }: ClientContext,
  about: { readonly family: string; readonly external_task_id: string | undefined },
  found: Found,
): Found {
  emit({ type: "recovery", ...about, outcome: found.task ? "found" : found.isAbsent ? "absent" : "unknown" });
  return found;
}

/**
 * Looks once, by every id that the family accepts. If a family accepts only task ids, it searches the family's list,
 * page by page.
 */
export async function lookUpOnce(
  context: ClientContext,
  search: Pick<Search, "family" | "handle" | "signal">,
): Promise<Found | "cannot look"> {
  const { family, handle, signal } = search;
  const { task_id, external_task_id } = handle;
  const byOwnId = family.findByExternalId && external_task_id !== undefined;
  const hasList = family.list && servers[context.dialect].list && external_task_id !== undefined;
  if (task_id === undefined && !byOwnId && !hasList) return "cannot look";
  let isAbsent = true;
  let error: KlingkitError | undefined;
  for (const ask of [
    ...(task_id === undefined ? [] : [() => get(context, family, handle, { signal })]),
    ...(byOwnId ? [() => get(context, family, { external_task_id }, { signal })] : []),
    ...(hasList && !byOwnId ? [() => inList(context, search, external_task_id)] : []),
  ]) {
    try {
      const task = await ask();
      if (task) return { task };
    } catch (thrown) {
      if (!KlingkitError.isInstance(thrown)) throw thrown;
      if (thrown instanceof AbortedError) throw new AbortedError(thrown.cause, handle);
      isAbsent &&= thrown.code === "task-not-found";
      error ??= thrown;
    }
  }
  return { isAbsent, error };
}

/**
 * The task in the family's list; undefined if the list ended without it. Only an empty page is the end, because servers
 * may limit the size of their pages.
 */
async function inList(
  context: ClientContext,
  { family, signal }: Pick<Search, "family" | "signal">,
  ownId: string,
): Promise<AnyTask | undefined> {
  let size = pageSize;
  for (let pageNum = 1; pageNum <= lastPage; pageNum += 1) {
    const tasks = await list(context, family, { pageNum, pageSize: size }, { signal });
    const found = tasks.find((task) => task.external_task_id === ownId);
    if (found || tasks.length === 0) return found;
    // The next page begins where this one ended, also where the server counts by the size that was asked for.
    if (pageNum === 1) size = tasks.length;
  }
  throw endless();
}

function endless(): KlingkitError {
  return new KlingkitError("The list does not end.", { code: "endless-list", retry: "unknown", remedy: "" });
}
