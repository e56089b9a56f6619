import type { TaskHandle } from "@klingkit/spec";
import type { KlingClient } from "../client.js";
import type { Clock } from "../ports.js";
import type { AnyTask } from "../tasks/task.js";
import type { Keys } from "./keys.js";
import type { CallbackMemory } from "./memory.js";

/** What is known about a report besides the task. */
export interface CallbackReport {
  readonly handle: TaskHandle;
  /** Whether the task was asked for and this is the answer; else it is what the callback says, perhaps with an upstream's id. */
  readonly confirmed: boolean;
}

export interface CallbackHandlerOptions {
  /** Asked before a task is reported as ended. Without one, ends are reported as the callback tells them. */
  readonly client?: Pick<KlingClient, "family">;
  /** The key `callbackUrl` was given; several while it is being changed. Then every address needs a token. */
  readonly token?: Keys;
  /** The provider's `whsec_…`; several while it is being rotated. Then every callback needs a signature. */
  readonly secret?: Keys;
  /** The family of tasks whose callback address does not name it. */
  readonly family?: string;
  /** Told of each new status, an end once. May be asynchronous: the callback has been answered by then. */
  readonly onTask: (task: AnyTask, report: CallbackReport) => unknown;
  /** Told when a callback was taken and could not be reported: the question failed, or `onTask` did. Default: not told. */
  readonly onError?: (error: unknown, task: AnyTask) => void;
  /** How far a signature's time may be off, both ways, in milliseconds. Default 300 000. */
  readonly toleranceMs?: number;
  /** Larger bodies are refused, in bytes. Default 262 144. */
  readonly maxBytes?: number;
  /** Ended tasks that are asked for at a time, 1 or more; in a burst of callbacks the others wait. Default 8. */
  readonly maxQueries?: number;
  /** What has been reported. Default: `createCallbackMemory()`. */
  readonly seen?: CallbackMemory;
  /** Time. Default: the system's. */
  readonly clock?: Pick<Clock, "now">;
}
