import type { TaskHandle } from "@klingkit/spec";
import type { KlingClient } from "../client.js";
import type { Clock } from "../ports.js";
import type { AnyTask } from "../tasks/task.js";
import type { Keys } from "./keys.js";
import type { CallbackMemory } from "./memory.js";

/** More about a reported callback, besides the task. */
export interface CallbackReport {
  readonly handle: TaskHandle;
  /**
   * Whether the task was queried and this is the server's answer. Otherwise it is the content of the callback, perhaps
   * with an upstream's id.
   */
  readonly confirmed: boolean;
}

export interface CallbackHandlerOptions {
  /** Queries a task before its end is reported. Without a client, ends are reported as the callback says. */
  readonly client?: Pick<KlingClient, "family"> | undefined;
  /** The key that you passed to `callbackUrl`; several while you change it. With a key, every address needs a token. */
  readonly token?: Keys | undefined;
  /** The provider's `whsec_…`; several while you change it. With a secret, every callback needs a signature. */
  readonly secret?: Keys | undefined;
  /** The family of tasks, for callback addresses that do not name it. */
  readonly family?: string | undefined;
  /**
   * Called with each new status, and once with a task's end. It may be asynchronous: the callback has been answered by
   * then.
   */
  readonly onTask: (task: AnyTask, report: CallbackReport) => unknown;
  /**
   * Called when a callback was accepted but could not be reported, because the query or `onTask` failed. It is
   * not awaited; what it throws or rejects with is ignored. Default: none.
   */
  readonly onError?: ((error: unknown, task: AnyTask) => void) | undefined;
  /** How far a signature's time may be off, both ways, in milliseconds. Default 300 000. */
  readonly toleranceMs?: number | undefined;
  /** Larger bodies are refused, in bytes. Default 262 144. */
  readonly maxBytes?: number | undefined;
  /** How many ended tasks are queried at a time, 1 or more; further callbacks wait. Default 8. */
  readonly maxQueries?: number | undefined;
  /** Remembers what has been reported. Default: `createCallbackMemory()`. */
  readonly seen?: CallbackMemory | undefined;
  /** Time. Default: the system's. */
  readonly clock?: Pick<Clock, "now"> | undefined;
}
