import type { KlingkitError, PartialHandle } from "../errors/index.js";
import type { AnyTask } from "../tasks/task.js";

/** A change of one of the watched tasks. */
export type WatchChange =
  /** The status has changed. `ended` is true when the task has succeeded or failed; it is then no longer watched. */
  | { readonly handle: PartialHandle; readonly task: AnyTask; readonly ended: boolean; readonly error?: undefined }
  /** The task can't be queried and is no longer watched: it does not exist, or the key has no access to it. */
  | { readonly handle: PartialHandle; readonly error: KlingkitError; readonly ended: true; readonly task?: undefined };
