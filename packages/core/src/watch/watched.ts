import type { Family } from "@klingkit/spec";
import { families } from "@klingkit/spec/client";
import type { KlingkitError, PartialHandle } from "../errors/index.js";
import { known } from "../names.js";
import type { AnyTask } from "../operations/task.js";
import { statusOf } from "../operations/wait.js";
import { handleOf, parseHandle, taskIdOf } from "../task/handle.js";

/** Something new about one of the tasks that are watched. */
export type WatchChange =
  /** Its status is another; `ended` when it has succeeded or failed and is watched no longer. */
  | { readonly handle: PartialHandle; readonly task: AnyTask; readonly ended: boolean; readonly error?: undefined }
  /** It can't be asked for, and is watched no longer: there is no such task, or the key may not see it. */
  | { readonly handle: PartialHandle; readonly error: KlingkitError; readonly ended: true; readonly task?: undefined };

/** One of the tasks that are watched. */
export interface Watched {
  readonly family: Family;
  readonly handle: PartialHandle;
  /** The status that was reported last, or that the caller knew. */
  seen: string | undefined;
  ended: boolean;
}

/** @throws InputError for anything but a handle */
export function watchedOf(given: PartialHandle | string): Watched {
  const handle: PartialHandle = typeof given === "string" ? parseHandle(given) : given;
  taskIdOf(handle);
  const family = known("family", families, handle.family);
  return { family, handle: handleOf(family.name, handle), seen: statusOf(handle), ended: false };
}
