import type { Family } from "@klingkit/spec";
import { type PartialHandle, RefusedError, SubmitOutcomeUnknownError } from "../errors/index.js";
import type { TaskRecord } from "../ports.js";
import { handleOf, taskIdOf } from "../task/handle.js";
import type { OperationContext } from "./context.js";
import { lookUpTask } from "./look-up.js";
import { recallOpen, rememberTask } from "./remember.js";
import type { AnyTask } from "./task.js";
import { type WaitOptions, wait } from "./wait.js";

/** Intentions that have not been seen to end. */
export async function pending(context: OperationContext): Promise<readonly TaskRecord[]> {
  return recallOpen(context);
}

/**
 * Waits for a task by its handle; one whose task id was never told is looked for first.
 * @throws RefusedError when it is certain that it does not exist
 * @throws SubmitOutcomeUnknownError when nobody can tell
 */
export async function resume(
  context: OperationContext,
  family: Family,
  given: PartialHandle,
  options: WaitOptions,
): Promise<AnyTask> {
  taskIdOf(given);
  const handle = handleOf(family.name, given);
  if (handle.task_id) return wait(context, family, handle, options);
  const found = await lookUpTask(context, family, handle, options.signal);
  if (typeof found === "object") {
    await rememberTask(context, family, "accepted", found);
    return wait(context, family, found, options);
  }
  if (found === "unknown") {
    const remedy = "Try again, or look for it in the provider's console.";
    throw new SubmitOutcomeUnknownError("Nobody can tell whether this task exists.", {
      remedy,
      handle,
      reason: "no-answer",
    });
  }
  await rememberTask(context, family, "refused", handle);
  const remedy = "Submit it again under the same external_task_id, which the server takes only once.";
  throw new RefusedError("There is no such task.", { code: "task-not-found", retry: "after-fix", remedy, handle });
}
