import type { KlingClient } from "../client.js";
import { KlingkitError, ResponseFormatError } from "../errors/index.js";
import { plainText } from "../lib/plain-text.js";
import { isEnd } from "../tasks/status.js";
import type { AnyTask } from "../tasks/task.js";

/**
 * Queries the ended task at the provider. It first uses the callback's id, which may be an upstream's, and then the
 * caller's own id.
 * @throws KlingkitError if neither finds the task, or it has not ended
 */
export async function confirmEnd(client: Pick<KlingClient, "family">, claimed: AnyTask): Promise<AnyTask> {
  const task = await find(client, claimed);
  if (!task) throw unconfirmed("The callback is about another task than its address.", "never", claimed);
  if (!isEnd(task.task_status))
    throw unconfirmed(
      `The callback says ${plainText(claimed.task_status, 100)}, the task ${plainText(task.task_status, 100)}.`,
      "after-delay",
      claimed,
    );
  const { external_task_id } = claimed;
  return external_task_id === undefined ? task : { ...task, external_task_id };
}

async function find(client: Pick<KlingClient, "family">, claimed: AnyTask): Promise<AnyTask | undefined> {
  const { family, task_id, external_task_id } = claimed;
  const calls = client.family(family);
  /** The task with this id; undefined if it is another one. */
  const ask = async (id: string): Promise<AnyTask | undefined> => {
    try {
      const task = await calls.get(id);
      return isSame(task, external_task_id) ? (task as AnyTask) : undefined;
    } catch (error) {
      if (KlingkitError.isInstance(error) && error.code === "foreign-task") return undefined;
      throw error;
    }
  };
  if (external_task_id === undefined) return ask(task_id);
  // A server may know the task by the other id only.
  const byTaskId = await ask(task_id).catch((error: unknown) => {
    if (isRefusal(error)) return undefined;
    throw error;
  });
  return byTaskId ?? ask(external_task_id);
}

/** Whether the task has that own id. An answer without an own id is believed, because nothing contradicts it. */
function isSame(task: { readonly external_task_id?: string }, expected: string | undefined): boolean {
  return expected === undefined || task.external_task_id === undefined || task.external_task_id === expected;
}

function isRefusal(error: unknown): boolean {
  return KlingkitError.isInstance(error) && error.name === "RefusedError";
}

function unconfirmed(what: string, retry: "never" | "after-delay", claimed: AnyTask): ResponseFormatError {
  const { family, task_id, external_task_id } = claimed;
  const handle = { family, ...(external_task_id === undefined ? { task_id } : { external_task_id }) };
  return new ResponseFormatError(what, {
    code: "callback-unconfirmed",
    retry,
    remedy: "Query the task; do not rely on this callback.",
    handle,
  });
}
