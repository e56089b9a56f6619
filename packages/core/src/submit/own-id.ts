import { InputError } from "../errors/index.js";
import { isTaskId } from "../tasks/handle.js";

/** A new id for one intention: `kk-` and 32 hexadecimal digits. */
export function mintOwnId(): string {
  // Pages that come over plain http have no `crypto.randomUUID`.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `kk-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The caller's own id for the task; undefined where the body does not name one.
 * @throws InputError when it is not 1 to 64 letters, digits, `_` or `-` (klingkit's choice; the provider's limits are not on record)
 */
export function ownIdIn({ external_task_id: own }: Readonly<Record<string, unknown>>): string | undefined {
  if (own === undefined || own === null || own === "") return undefined;
  if (typeof own === "string" && isTaskId(own)) return own;
  throw new InputError("external_task_id is not usable.", "Use 1 to 64 letters, digits, _ or -.");
}

/** The body with that own id. */
export function withOwnId<Body extends object>(
  body: Body,
  external_task_id: string,
): Body & { external_task_id: string } {
  return { ...body, external_task_id };
}
