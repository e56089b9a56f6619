import type { KlingkitError, PartialHandle } from "../errors/index.js";
import type { AnyTask } from "../tasks/task.js";

/** Something new about one of the tasks that are watched. */
export type WatchChange =
  /** Its status is another; `ended` when it has succeeded or failed and is watched no longer. */
  | { readonly handle: PartialHandle; readonly task: AnyTask; readonly ended: boolean; readonly error?: undefined }
  /** It can't be asked for, and is watched no longer: there is no such task, or the key may not see it. */
  | { readonly handle: PartialHandle; readonly error: KlingkitError; readonly ended: true; readonly task?: undefined };
