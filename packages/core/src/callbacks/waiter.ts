import { onAbort } from "@klingkit/spec/web";
import { AbortedError, type PartialHandle } from "../errors/index.js";
import type { CallOptions } from "../options.js";
import type { CallbackSource } from "../ports.js";
import type { AnyTask } from "../tasks/task.js";
import type { CallbackReport } from "./handler-options.js";
import { createPauses } from "./pauses.js";

/** Turns callbacks into promises. Pass `onTask` to the handler, and the waiter itself to `wait({ callbacks })`. */
export interface CallbackWaiter extends CallbackSource {
  /** Give it to `createCallbackHandler`. */
  readonly onTask: (task: AnyTask, report: CallbackReport) => void;
  /**
   * Resolves at the next callback about the task, with any status. Earlier callbacks are not kept: query the task after
   * calling this, not before.
   * @throws AbortedError
   */
  next(handle: PartialHandle, options?: CallOptions): Promise<AnyTask>;
  /** How many calls of `next` are open. */
  readonly waiting: number;
}

/** Connects a callback handler with code that waits for one task. Also poll: callbacks get lost. */
export function createCallbackWaiter(): CallbackWaiter {
  const waiting = new Set<{ readonly handle: PartialHandle; readonly resolve: (task: AnyTask) => void }>();
  const waiter: CallbackWaiter = {
    onTask(task) {
      for (const { handle, resolve } of [...waiting]) if (isAbout(task, handle)) resolve(task);
    },
    pauses: (clock, handle, signal) => createPauses({ clock, handle, signal, next: waiter.next }),
    next(handle, { signal } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new AbortedError(signal.reason, handle));
        const leave = () => {
          waiting.delete(entry);
          stop();
        };
        const stop = onAbort(signal, () => {
          leave();
          reject(new AbortedError(signal?.reason, handle));
        });
        const entry = {
          handle,
          resolve: (task: AnyTask) => {
            leave();
            resolve(task);
          },
        };
        waiting.add(entry);
      });
    },
    get waiting() {
      return waiting.size;
    },
  };
  return waiter;
}

/** Either id will do; a callback may know the task by an upstream's. */
function isAbout(task: AnyTask, handle: PartialHandle): boolean {
  if (task.family !== handle.family) return false;
  if (task.task_id === handle.task_id) return true;
  return task.external_task_id !== undefined && task.external_task_id === handle.external_task_id;
}
