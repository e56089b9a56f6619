import { InputError } from "../errors/index.js";

/** A new id for one intention: `kk-` and 32 hexadecimal digits. */
function mintExternalTaskId(): string {
  return `kk-${crypto.randomUUID().replaceAll("-", "")}`;
}

/**
 * The caller's own id, checked, or a new one.
 * @throws InputError when the caller's id is not 1 to 64 letters, digits, `_` or `-` (klingkit's choice; the provider's limits are not on record)
 */
export function chooseExternalTaskId(own: unknown): string {
  if (own === undefined || own === null || own === "") return mintExternalTaskId();
  if (typeof own === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(own)) return own;
  throw new InputError("external_task_id is not usable.", "Use 1 to 64 letters, digits, _ or -.");
}
