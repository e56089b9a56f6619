import { idOf, isObject, textOf } from "../lib/json.js";

/** A task as the wire has it, once it is certain that it is one. */
export interface WireTask {
  readonly task_id: string;
  readonly task_status: string;
  readonly task_status_msg?: string | null;
  readonly task_info?: { readonly external_task_id?: string | null } | null;
  readonly [field: string]: unknown;
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
 * Finds the task in an answer's data: itself, or wrapped up to three deep as some gateways do.
 * Undefined where nothing in there is a task.
 */
export function findTask(data: unknown): WireTask | undefined {
  let node: unknown = data;
  for (let depth = 0; depth <= 3 && isObject(node); depth += 1) {
    if (typeof node.task_status === "string") return withTextId(node as WireTask);
    node = node.data;
  }
  return fromWrapper(data);
}

function withTextId(task: WireTask): WireTask | undefined {
  const task_id = idOf(task.task_id);
  return task_id === undefined ? undefined : { ...task, task_id };
}

function fromWrapper(data: unknown): WireTask | undefined {
  if (!isObject(data) || typeof data.status !== "string") return undefined;
  const task_id = idOf(data.task_id);
  const status = outerStatus.get(data.status);
  if (task_id === undefined || status === undefined) return undefined;
  return { task_id, task_status: status, task_status_msg: textOf(data.fail_reason) ?? "" };
}
