import type { Family } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { InputError, type PartialHandle, RefusedError, SubmitOutcomeUnknownError } from "../errors/index.js";
import { monotonic } from "../lib/clock.js";
import type { TaskRecord } from "../ports.js";
import { find, settlingTime, underWayMs } from "../submit/find.js";
import { howToFindOut } from "../submit/outcome.js";
import { recordFor, remember, rememberTask } from "../task-store/store-access.js";
import { isKnown } from "../task-store/task-records.js";
import { handleOf, taskIdOf } from "./handle.js";
import type { AnyTask } from "./task.js";
import { checkWaitOptions, type WaitOptions, wait } from "./wait.js";

/**
 * Waits for a task by its handle. If its task id is not known, or came in an answer that holds no task, the task is looked up
 * first. While its request may still be under way, "not found" proves nothing. The time limit is for all of it.
 * @throws RefusedError when it is certain that the task does not exist
 * @throws SubmitOutcomeUnknownError when it can't be known
 */
export async function resume(
  context: ClientContext,
  family: Family,
  given: PartialHandle,
  options: WaitOptions,
): Promise<AnyTask> {
  checkWaitOptions(options);
  taskIdOf(given);
  const named = handleOf(family.name, given);
  const record = await recordFor(context, named).catch((error: unknown) => {
    // With a task id it goes on without the store.
    if (named.task_id) return undefined;
    throw error;
  });
  const isUnproven = record?.state === "unknown" && record.task_id === named.task_id;
  if (named.task_id && !isUnproven) return wait(context, family, given, options);
  if (record?.task_id && isKnown(record)) return wait(context, family, record, options);
  return search(context, family, { given, named, record, options });
}

interface Searching {
  readonly given: PartialHandle;
  readonly named: PartialHandle;
  readonly record: TaskRecord | undefined;
  readonly options: WaitOptions;
}

/** Looks for a task of which no id is proven, and waits for it. */
async function search(
  context: ClientContext,
  family: Family,
  { given, named, record, options }: Searching,
): Promise<AnyTask> {
  const { signal, timeoutMs = context.waitTimeoutMs } = options;
  const now = monotonic(context.clock);
  const deadline = now() + timeoutMs;
  const withRest = () => ({ ...options, timeoutMs: Math.max(0, deadline - now()) });
  const handle = record ? handleOf(family.name, record) : named;
  const isRefused = record?.state === "refused";
  const needed = isRefused ? 0 : settlingTime(context) + underWayMs(context, family, record);
  // A search that is shorter than that proves nothing.
  const exists = needed > timeoutMs || (record !== undefined && isKnown(record));
  const found = await find(context, { family, handle, signal, settleMs: Math.min(needed, timeoutMs), exists });
  if (found.task) {
    await rememberTask(context, family, found.task);
    return wait(context, family, found.task, withRest());
  }
  if (isRefused) throw noSuchTask(handle);
  if (!found.isAbsent) {
    throw new SubmitOutcomeUnknownError("It is unknown whether this task exists.", {
      remedy: howToFindOut(handle, record !== undefined),
      handle,
      reason: "no-answer",
      cause: found.error,
    });
  }
  const latest = await recordFor(context, handle);
  // Another call has found it or claimed it meanwhile.
  if (latest && (latest.claimedAt !== record?.claimedAt || latest.state !== record.state)) {
    return resume(context, family, given, withRest());
  }
  if (record) await remember(context, { ...record, state: "refused" });
  throw noSuchTask(handle);
}

function noSuchTask(handle: PartialHandle): RefusedError {
  const remedy = "Submit it again under the same external_task_id, which the server takes only once.";
  return new RefusedError("There is no such task.", { code: "task-not-found", retry: "after-fix", remedy, handle });
}

/** What you have found out about a task whose outcome was unknown: its id, or that it does not exist. */
export type SettledAs = "absent" | { readonly task_id: string };

/**
 * Tells the client what became of a request whose outcome is unknown, by the provider's console or its bills.
 * @throws InputError for a handle that the task store does not know, while the request may still be being sent, and for
 * a task that is known to exist
 */
export async function settle(
  context: ClientContext,
  family: Family,
  given: PartialHandle,
  verdict: SettledAs,
): Promise<void> {
  const handle = handleOf(family.name, given);
  const record = await recordFor(context, handle);
  if (!record) {
    throw new InputError(
      `The task store knows no ${family.name}/${handle.external_task_id ?? handle.task_id}.`,
      "Give a handle with the external_task_id, and use the task store and the account it was sent with.",
    );
  }
  const task_id = verdict === "absent" ? undefined : taskIdOf({ task_id: verdict?.task_id });
  if (isKnown(record)) {
    if (task_id !== undefined && record.task_id === task_id) return;
    throw new InputError(
      `${family.name}/${record.task_id ?? record.external_task_id} is known to exist, so there is nothing to settle.`,
      "Wait for it; give a new request an id of its own.",
    );
  }
  checkIsOver(context, record);
  const settled = task_id ? ({ task_id, state: "accepted" } as const) : ({ state: "refused" } as const);
  await context.taskStore.update({ ...record, ...settled, updatedAt: context.clock.now() });
}

function checkIsOver(context: ClientContext, record: TaskRecord): void {
  if (context.clock.now() >= record.until) return;
  throw new InputError(
    `${record.family}/${record.external_task_id} may still be under way until ${new Date(record.until).toISOString()}.`,
    "Settle it after that.",
    "still-sending",
  );
}
