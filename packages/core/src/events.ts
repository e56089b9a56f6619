import type { Finding, GatewayStatus } from "@klingkit/spec";

/** What the client does, one event a step; without keys, bodies or pictures. */
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
   * A request has no answer: the connection failed, or the time was up. Waits and watches go on after it
   * without a `retry`, with the next question.
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
  /** The operation is about to be called although no successful call of it is on record at the gateway. */
  | { readonly type: "gateway-status"; readonly operation: string; readonly gatewayStatus: GatewayStatus }
  /** A task that may exist was not found; it is looked for again, because it may be accepted late or shown late. */
  | {
      readonly type: "look-up";
      readonly family: string;
      readonly external_task_id?: string | undefined;
      /** Pause before the next look, in milliseconds. */
      readonly delayMs: number;
      /** How long its absence proves nothing, in milliseconds from now. */
      readonly leftMs: number;
    }
  /** The looking has ended: after an ambiguous create, or in `resume`. */
  | {
      readonly type: "recovery";
      readonly family: string;
      readonly external_task_id?: string | undefined;
      readonly outcome: "found" | "absent" | "unknown";
    }
  /** A callback that was let in has been dealt with; `stale` are repeats, older ones, and those after a task's end. */
  | {
      readonly type: "callback";
      readonly family: string;
      readonly taskId: string;
      /** As the callback tells it. */
      readonly status: string;
      readonly outcome: "reported" | "stale" | "failed";
    }
  /** A result is being fetched; of its address the signature is left out. */
  | {
      readonly type: "download";
      readonly address: string;
      readonly state: "started" | "resumed" | "done";
      /** Bytes so far. */
      readonly received: number;
      readonly size: number | undefined;
    }
  /** A guard failed when it was told what came of a request; the task itself is not lost. */
  | { readonly type: "guard-failed"; readonly operation: string; readonly cause: unknown }
  /** The task store failed after something was sent; the task itself is not lost. */
  | {
      readonly type: "task-store-failed";
      readonly family: string;
      readonly external_task_id: string;
      readonly cause: unknown;
    };
