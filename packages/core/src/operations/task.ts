import type { FamilyTypes } from "@klingkit/spec";
import { isObject, textOf } from "../json.js";
import { handleOf, isTaskId } from "../task/handle.js";
import type { Method } from "../transport/classify.js";
import { type Answer, badAnswer } from "../transport/judge.js";
import { findTask, type WireTask } from "../transport/task-body.js";
import type { OperationContext } from "./context.js";

export type FamilyName = keyof FamilyTypes;

/** A task as the provider describes it; with `family` and its ids it is its own handle. */
export type Task<Name extends FamilyName = FamilyName> = FamilyTypes[Name]["task"] & {
  readonly family: Name;
  readonly external_task_id?: string;
};

/** A task whose family is only known at run time. */
export type AnyTask = WireTask & { readonly family: string; readonly external_task_id?: string };

/**
 * The task in an answer, as a handle.
 * @throws ResponseFormatError where there is none
 */
export function readTask(answer: Answer, family: string, method: Method, ownId?: string): AnyTask {
  const task = findTask(answer.data);
  if (!task || !isTaskId(task.task_id)) {
    const id = isObject(answer.data) ? answer.data.task_id : undefined;
    throw badAnswer("The answer says success but holds no task.", method, {
      status: answer.status,
      requestId: answer.requestId,
      // An id that can't be asked for would stand in the way of the caller's own.
      handle: typeof id === "string" && isTaskId(id) ? { family, task_id: id } : undefined,
    });
  }
  return asHandle(task, family, ownId);
}

export function asHandle(task: WireTask, family: string, ownId?: string): AnyTask {
  return { ...task, ...handleOf(family, { external_task_id: ownId ?? textOf(task.task_info?.external_task_id) }) };
}

/** Tells the observer of a status; unknown words are passed on as they are. */
export function reportStatus(context: OperationContext, task: AnyTask): void {
  context.emit({ type: "status", family: task.family, taskId: task.task_id, status: task.task_status });
}
