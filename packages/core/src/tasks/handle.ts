import type { TaskHandle } from "@klingkit/spec";
import { InputError, type PartialHandle } from "../errors/index.js";

/** Identifies a task: its handle, the provider's id, or your `external_task_id`. */
export type TaskReference =
  | string
  | { readonly task_id?: string | undefined; readonly external_task_id?: string | undefined };

/** A family's name with the ids that are known. */
export function handleOf(family: string, reference: TaskReference): Partial<TaskHandle> & { readonly family: string } {
  const ids = typeof reference === "string" ? { task_id: reference } : reference;
  const { task_id, external_task_id } = ids as Exclude<TaskReference, string>;
  return { family, ...(task_id ? { task_id } : {}), ...(external_task_id ? { external_task_id } : {}) };
}

/** `family/id` for each id that is known: a task is found by either of them. */
export function handleKeys({ family, task_id, external_task_id }: PartialHandle): string[] {
  return [task_id, external_task_id].flatMap((id) => (id ? [`${family}/${id}`] : []));
}

/** Whether a value can be an id in an address: a text that contains nothing that could change the path. */
export function isTaskId(id: unknown): id is string {
  return typeof id === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(id);
}

/**
 * The id to query with. An id that could change the address (dots, slashes) is refused.
 * @throws InputError if there is no usable id
 */
export function taskIdOf(reference: TaskReference): string {
  const id = typeof reference === "string" ? reference : reference?.task_id || reference?.external_task_id;
  if (!isTaskId(id)) {
    throw new InputError(
      `"${String(id).slice(0, 80)}" is not a task id.`,
      "Give the task_id or external_task_id: up to 64 letters, digits, _ or -.",
    );
  }
  return id;
}

/** Writes a handle as text: `image2video/2032273942220931072`. */
export function formatHandle(handle: Pick<TaskHandle, "family" | "task_id">): string {
  return `${handle.family}/${handle.task_id}`;
}

/**
 * Reads a handle that was written as `family/id`.
 * @throws InputError for any other text
 */
export function parseHandle(text: string): { readonly family: string; readonly task_id: string } {
  const [family, id, ...rest] = text.split("/");
  if (!family || !id || rest.length > 0) {
    throw new InputError(
      `"${text.slice(0, 80)}" is not a task handle.`,
      "Write it as family/id, for instance image2video/2032273942220931072.",
    );
  }
  return { family, task_id: taskIdOf(id) };
}
