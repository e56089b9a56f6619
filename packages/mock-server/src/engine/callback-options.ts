/** How callbacks that failed are retried. Kling's own policy is not documented: all of it is unverified. */
export interface CallbackRetry {
  /** Number of attempts, at least 1. Default 4. */
  readonly attempts?: number | undefined;
  /** Pause before the second attempt, in milliseconds. It doubles with each attempt. Default 1 000. */
  readonly firstDelayMs?: number | undefined;
  /** Longest pause, in milliseconds. Default 60 000. */
  readonly maxDelayMs?: number | undefined;
  /** How long an answer may take, in milliseconds by the simulator's clock; once as much again where that jumps meanwhile. Default 10 000. */
  readonly timeoutMs?: number | undefined;
}

/** How changes of a task are sent to its `callback_url`. */
export interface CallbackOptions {
  /** Sends the callbacks. Default: the global `fetch`. */
  readonly callbackFetch?: typeof globalThis.fetch | undefined;
  /** `whsec_…`; several while you change it, and each signs. Default: none, and callbacks have no signature. */
  readonly callbackSecret?: string | readonly string[] | undefined;
  /**
   * The time in a signature. Receivers refuse one that is minutes away from their own clock. Default: `simulated` if a
   * `clock` was passed in, else `wall`, the system's time.
   */
  readonly callbackTime?: "wall" | "simulated" | undefined;
  /** Which fields are sent: all, or those of 2024 without `task_info` and deductions. Default: `2024` in the dialect `cometapi`, else `full`. */
  readonly callbackFields?: "full" | "2024" | undefined;
  /** Whether `submitted` is reported too (unverified). Default true. */
  readonly callbackOnSubmitted?: boolean | undefined;
  /**
   * Hosts other than this machine to which callbacks may be sent: `receiver`, `receiver:8080`, or `any`. Default: none.
   */
  readonly allowCallbackHosts?: "any" | readonly string[] | undefined;
  /** How callbacks that failed are retried. */
  readonly callbackRetry?: CallbackRetry | undefined;
  /** How many deliveries the log keeps; the oldest are removed first. Default 10 000. */
  readonly maxDeliveries?: number | undefined;
}
