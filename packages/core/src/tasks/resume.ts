import type { Family } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { InputError, type PartialHandle, RefusedError, SubmitOutcomeUnknownError } from "../errors/index.js";
import type { TaskRecord } from "../ports.js";
import { find, settlingTime } from "../submit/find.js";
import { recordFor, remember, rememberTask } from "../submit/intentions.js";
import { howToFindOut } from "../submit/outcome.js";
import { handleOf, taskIdOf } from "./handle.js";
import type { AnyTask } from "./task.js";
import { checkWaitOptions, type WaitOptions, wait } from "./wait.js";

/**
 * Waits for a task by its handle. If its task id is not known, the task is looked up first. While its sender may still
 * be sending the request, "not found" proves nothing.
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
  if (given.task_id) return wait(context, family, given, options);
  const handle = handleOf(family.name, given);
  const record = await recordFor(context, handle);
  if (record?.task_id) return wait(context, family, record, options);
  const { signal, timeoutMs = context.waitTimeoutMs } = options;
  const needed = settlingTime(context) + stillSending(context, record);
  // A search that is shorter than that proves nothing.
  const [settleMs, exists] = [Math.min(needed, timeoutMs), needed > timeoutMs];
  const found = await find(context, { family, handle, signal, settleMs, exists });
  if (found.task) {
    await rememberTask(context, family, found.task);
    return wait(context, family, found.task, options);
  }
  if (!found.isAbsent) {
    throw new SubmitOutcomeUnknownError("Nobody can tell whether this task exists.", {
      remedy: howToFindOut(handle),
      handle,
      reason: "no-answer",
      cause: found.error,
    });
  }
  if (record) await remember(context, { ...record, state: "refused" });
  const remedy = "Submit it again under the same external_task_id, which the server takes only once.";
  throw new RefusedError("There is no such task.", { code: "task-not-found", retry: "after-fix", remedy, handle });
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
      `The task store knows no ${family.name}/${handle.external_task_id}.`,
      "Give a handle with the external_task_id, and use the task store and the account it was sent with.",
    );
  }
  const task_id = verdict === "absent" ? undefined : taskIdOf({ task_id: verdict?.task_id });
  if (record.task_id !== undefined && record.task_id === task_id) return;
  if (record.state === "accepted" || record.state === "ended") {
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

/** For how long its sender may still be sending it, in milliseconds. */
function stillSending({ clock }: ClientContext, record: TaskRecord | undefined): number {
  return record?.state === "sending" ? Math.max(0, record.until - clock.now()) : 0;
}
