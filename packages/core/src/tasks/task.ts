import type { Dialect } from "@klingkit/spec";
import type { KlingEvent } from "../events.js";
import { badAnswer, type Method } from "../http/classify.js";
import type { Answer } from "../http/judge.js";
import { idOf, isObject, textOf } from "../lib/json.js";
import { plainText } from "../lib/plain-text.js";
import { handleOf, isTaskId, type TaskReference } from "./handle.js";

/** A task as the server sent it, after it was checked. */
export interface WireTask {
  readonly task_id: string;
  readonly task_status: string;
  readonly task_status_msg?: string | null;
  readonly task_info?: { readonly external_task_id?: string | null } | null;
  readonly [field: string]: unknown;
}

/** A task whose family is known only at run time. */
export type AnyTask = WireTask & { readonly family: string; readonly external_task_id?: string };

/** The task that an answer is expected to contain. */
export interface Expected {
  readonly family: string;
  readonly method: Method;
  readonly dialect: Dialect;
  /** The task that was queried, or is being made. */
  readonly reference: TaskReference;
}

/**
 * Reads the task in an answer, as a handle.
 * @throws ResponseFormatError if the answer has no task, or another one than was queried (`foreign-task`)
 */
export function readTask(answer: Answer, expected: Expected): AnyTask {
  const { family, method } = expected;
  const task = findTask(answer.data);
  const { status, requestId } = answer;
  if (!task || !isTaskId(task.task_id)) {
    const id = isObject(answer.data) ? idOf(answer.data.task_id) : undefined;
    throw badAnswer("The answer says success but holds no task.", method, {
      status,
      requestId,
      // An id that can't be asked for would stand in the way of the caller's own.
      handle: isTaskId(id) ? { family, task_id: id } : undefined,
    });
  }
  if (isForeign(task, expected)) {
    const remedy = "Ask again; if it stays so, look for a cache or a mix-up between you and the provider.";
    throw badAnswer(`The answer is about another task, ${task.task_id}.`, method, {
      code: "foreign-task",
      status,
      requestId,
      ...(method === "GET" ? { retry: "after-fix", remedy } : {}),
    });
  }
  return asHandle(task, family, handleOf(family, expected.reference).external_task_id);
}

/**
 * Whether an answer is about another task than the one that was queried: it has another own id, or another task id. The
 * gateway has ids of its own and may answer with the provider's, so there the task id may differ if the own id is
 * right.
 */
function isForeign(task: WireTask, { family, method, dialect, reference }: Expected): boolean {
  const asked = handleOf(family, reference);
  const ownId = ownIdOf(task);
  // A query may be made by the task id alone; of a create it is known whether an own id went with it.
  const isKnown = asked.external_task_id !== undefined || method === "POST";
  if (ownId !== undefined && isKnown && ownId !== asked.external_task_id) return true;
  if (asked.task_id === undefined || asked.task_id === task.task_id) return false;
  // What stands where a task id belongs may be the caller's own id; answers do not always repeat that.
  if (ownId === asked.task_id) return false;
  if (ownId === undefined) return asked.external_task_id !== undefined || /^\d+$/.test(asked.task_id);
  return dialect === "kling" || asked.external_task_id === undefined;
}

/** Reports a status to the observer; unknown words are passed on unchanged. */
export function reportStatus({ emit }: { emit(event: KlingEvent): void }, task: AnyTask): void {
  emit({ type: "status", family: task.family, taskId: task.task_id, status: plainText(task.task_status, 100) });
}

/** A task with its family, and the caller's own id where that is known. */
export function asHandle(task: WireTask, family: string, ownId = ownIdOf(task)): AnyTask {
  return { ...task, ...handleOf(family, { external_task_id: ownId }) };
}

/** The caller's own id as an answer tells it. */
function ownIdOf({ task_info }: WireTask): string | undefined {
  return textOf(task_info?.external_task_id) || undefined;
}

/** The stored-task wrapper's own words (an open-source gateway's), in the provider's. */
const outerStatus = new Map([
  ["SUCCESS", "succeed"],
  ["FAILURE", "failed"],
  ["IN_PROGRESS", "processing"],
  ["SUBMITTED", "submitted"],
  ["QUEUED", "submitted"],
  ["NOT_START", "submitted"],
]);

/**
 * Finds the task in an answer's data: the data itself, or nested up to three levels deep, as at some gateways.
 * Undefined if there is no task.
 */
export function findTask(data: unknown): WireTask | undefined {
  let node: unknown = data;
  for (let depth = 0; depth <= 3 && isObject(node); depth += 1) {
    const { task_id, task_status, data: inner } = node;
    const id = idOf(task_id);
    if (typeof task_status === "string") return id === undefined ? undefined : { ...node, task_id: id, task_status };
    node = inner;
  }
  return fromWrapper(data);
}

function fromWrapper(data: unknown): WireTask | undefined {
  if (!isObject(data) || typeof data.status !== "string") return undefined;
  const task_id = idOf(data.task_id);
  const status = outerStatus.get(data.status);
  if (task_id === undefined || status === undefined) return undefined;
  return { task_id, task_status: status, task_status_msg: textOf(data.fail_reason) ?? "" };
}
