import { InputError } from "../errors/index.js";
import { isTaskId } from "./handle.js";

/** A new id for one intention: `kk-` and 32 hexadecimal digits. */
function mintExternalTaskId(): string {
  // Pages that come over plain http have no `crypto.randomUUID`.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `kk-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The caller's own id, checked, or a new one.
 * @throws InputError when the caller's id is not 1 to 64 letters, digits, `_` or `-` (klingkit's choice; the provider's limits are not on record)
 */
export function chooseExternalTaskId(own: unknown): string {
  if (own === undefined || own === null || own === "") return mintExternalTaskId();
  if (typeof own === "string" && isTaskId(own)) return own;
  throw new InputError("external_task_id is not usable.", "Use 1 to 64 letters, digits, _ or -.");
}
