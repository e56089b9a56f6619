import type { Finding, GatewayStatus } from "@klingkit/spec";

/**
 * What the client does: one event for each step. `attempt` counts from 1; `ms` and `delayMs` are in milliseconds. Events contain no
 * keys, bodies or pictures.
 */
export type KlingEvent =
  | { readonly type: "request"; readonly method: string; readonly path: string; readonly attempt: number }
  | {
      readonly type: "response";
      readonly method: string;
      readonly path: string;
      readonly status: number;
      readonly ms: number;
    }
  /**
   * A request got no answer: the connection failed or it timed out. `wait` and `watch` go on with the next query,
   * without a `retry` event.
   */
  | {
      readonly type: "no-answer";
      readonly method: string;
      readonly path: string;
      /** The error's: `connection-refused`, `connection-lost`, `timeout` or `certificate-not-trusted`. */
      readonly code: string;
    }
  | { readonly type: "retry"; readonly attempt: number; readonly delayMs: number; readonly code: string }
  | { readonly type: "status"; readonly family: string; readonly taskId: string; readonly status: string }
  | { readonly type: "warning"; readonly operation: string; readonly finding: Finding }
  /** An operation is about to be called for which no successful call at the gateway is recorded. */
  | { readonly type: "gateway-status"; readonly operation: string; readonly gatewayStatus: GatewayStatus }
  /**
   * A task that may exist was not found. The client looks for it again, because it may be accepted late or become
   * visible late.
   */
  | {
      readonly type: "look-up";
      readonly family: string;
      readonly external_task_id?: string | undefined;
      /** Pause before the next look-up, in milliseconds. */
      readonly delayMs: number;
      /** For how long "not found" proves nothing, in milliseconds from now. */
      readonly leftMs: number;
    }
  /** The search for a task has ended: after an ambiguous create, or in `resume`. */
  | {
      readonly type: "recovery";
      readonly family: string;
      readonly external_task_id?: string | undefined;
      readonly outcome: "found" | "absent" | "unknown";
    }
  /**
   * A verified callback has been processed. `stale` callbacks are repeats, older ones, and those after a task's end.
   */
  | {
      readonly type: "callback";
      readonly family: string;
      readonly taskId: string;
      /** The status in the callback. */
      readonly status: string;
      readonly outcome: "reported" | "stale" | "failed";
    }
  /** A result is being downloaded. The signature is left out of its address. */
  | {
      readonly type: "download";
      readonly address: string;
      readonly state: "started" | "resumed" | "done";
      /** Bytes so far. */
      readonly received: number;
      readonly size: number | undefined;
    }
  /** A guard failed when it was told of a task, a refusal or the outcome of a request. The task itself is not lost. */
  | { readonly type: "guard-failed"; readonly operation: string; readonly cause: unknown }
  /** The task store failed after the request was sent. The task itself is not lost. */
  | {
      readonly type: "task-store-failed";
      readonly family: string;
      readonly external_task_id: string;
      readonly cause: unknown;
    };
