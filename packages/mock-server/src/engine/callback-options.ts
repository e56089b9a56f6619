/** How callbacks that were not taken are sent again. Kling's own way is not on record: all of it is unverified. */
export interface CallbackRetry {
  /** Sends in all, at least 1. Default 4. */
  readonly attempts?: number;
  /** Pause before the second send, in milliseconds; doubles from send to send. Default 1 000. */
  readonly firstDelayMs?: number;
  /** Longest pause, in milliseconds. Default 60 000. */
  readonly maxDelayMs?: number;
  /** How long an answer may take, in milliseconds by the simulator's clock. Default 10 000. */
  readonly timeoutMs?: number;
}

/** How tasks' changes are reported to their `callback_url`. */
export interface CallbackOptions {
  /** Sends the callbacks. Default: the global `fetch`. */
  readonly callbackFetch?: typeof globalThis.fetch;
  /** `whsec_…`; several while they are being rotated, each signs. Default: none, and callbacks carry no signature. */
  readonly callbackSecret?: string | readonly string[];
  /**
   * Which time a signature says it was made at. Receivers refuse one that is minutes away from their own clock. Default:
   * `simulated` where a `clock` was passed in, else `wall`, the system's time.
   */
  readonly callbackTime?: "wall" | "simulated";
  /** Which fields are sent: all, or those of 2024 without `task_info` and deductions. Default: `2024` in the dialect `cometapi`, else `full`. */
  readonly callbackFields?: "full" | "2024";
  /** Whether `submitted` is reported too (unverified). Default true. */
  readonly callbackOnSubmitted?: boolean;
  /** Hosts besides loopback that callbacks may go to, `receiver` or `receiver:8080`, or `any`. Default: none. */
  readonly allowCallbackHosts?: "any" | readonly string[];
  /** How callbacks that were not taken are sent again. */
  readonly callbackRetry?: CallbackRetry;
  /** Sends kept in the log; the oldest go first. Default 10 000. */
  readonly maxDeliveries?: number;
}
