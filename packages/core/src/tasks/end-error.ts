import { taskEnd, taskEnds, taskFailure } from "@klingkit/spec/client";
import { type KlingkitError, type PartialHandle, ResponseFormatError, TaskFailedError } from "../errors/index.js";
import { textOf } from "../lib/json.js";
import { plainText } from "../lib/plain-text.js";
import type { FamilyTask } from "./family-task.js";
import { hasResult } from "./result.js";
import type { AnyTask } from "./task.js";

const happened = { failed: "failed", cancelled: "was cancelled", expired: "has expired" };

/**
 * The error of a task that has ended without a result. Its code comes from the task's reason if it failed, or from its
 * status if it was cancelled or has expired. `after-delay` means: send the same request later, with a new
 * `external_task_id`.
 * @returns undefined for a task that goes on, or has succeeded with a result
 */
export function endError(task: AnyTask, handle: PartialHandle): KlingkitError | undefined {
  const end = taskEnd(task.task_status);
  if (end === undefined) return undefined;
  if (end === "succeeded") return hasResult(task) ? undefined : resultMissing(handle);
  const reason = plainText(textOf(task.task_status_msg) ?? "");
  const [, name = "other", remedy = "Change the request as the message says.", retry = "after-fix"] =
    taskFailure(reason) ?? [];
  const what = `The task ${happened[end]}${reason === "" ? "." : `: ${reason.replace(/[.\s]*$/, ".")}`}`;
  const verdict =
    end === "failed"
      ? ({ code: `task-failed-${name}`, retry, remedy } as const)
      : ({ code: `task-${end}`, retry: "after-fix", remedy: taskEnds[end].remedy ?? remedy } as const);
  return new TaskFailedError(what, { ...verdict, handle, task: task as FamilyTask });
}

/** The error of a task that was made and paid for, but whose answer has no result. */
export function resultMissing(handle: PartialHandle | undefined): ResponseFormatError {
  return new ResponseFormatError("The task has succeeded, and its answer holds no result.", {
    code: "result-missing",
    retry: "never",
    remedy: "Ask for the task again in a moment; it was made, so do not submit it again.",
    handle,
  });
}
