import type { Dialect } from "@klingkit/spec";
import type { KlingEvent } from "./events.js";
import type { ApiKey, Clock, Guard, Preflight, Prepare, TaskStore } from "./ports.js";

export interface RetryOptions {
  /** Tries in all, for reads and for creates of which it is certain that no task was made. Default 4. */
  readonly attempts?: number;
  /** Longest pause before the second try, in milliseconds; doubles from try to try. Default 500. */
  readonly firstDelayMs?: number;
  /** Longest pause of all, in milliseconds. Default 20 000. */
  readonly maxDelayMs?: number;
  /** Longest `Retry-After` that is obeyed, in milliseconds. Default 60 000. */
  readonly maxRetryAfterMs?: number;
}

export interface KlingClientOptions {
  /** The key: CometAPI's `sk-…`, Kling's `api-key-kling-…`, or Kling's pair of access key and secret key. Never logged. */
  readonly apiKey: ApiKey;
  /** How the server answers. Default `cometapi`. */
  readonly dialect?: Dialect;
  /** Origin of the server; a trailing `/` or `/kling` is tolerated. Default: the dialect's. */
  readonly baseUrl?: string;
  /**
   * Lets the key travel unencrypted to another machine: for a simulator or proxy in a network nobody else can listen to,
   * such as docker-compose's. Default false: plain http is refused unless it leads to this machine.
   */
  readonly allowHttp?: boolean;
  /** Transport. Default: the global `fetch`. Node's does not obey HTTPS_PROXY; pass one that does. */
  readonly fetch?: typeof globalThis.fetch;
  /** Longest time for one query, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number;
  /** Longest time for one create, in milliseconds. Default 120 000. */
  readonly submitTimeoutMs?: number;
  /** Longest wait for a task, in milliseconds. Default 30 minutes; `Infinity` must be written out. */
  readonly waitTimeoutMs?: number;
  /** How often, and after which pauses, is tried again. */
  readonly retry?: RetryOptions;
  /** Remembers intentions before they are sent, so that none is paid twice. Default: in memory. */
  readonly taskStore?: TaskStore;
  /**
   * Whose tasks these are, in a task store that serves several accounts: a name of your choice, up to 200 characters.
   * It is written into the store, so never give a key. Default: empty.
   */
  readonly account?: string;
  /**
   * Whether CometAPI's "task not found" proves that a task does not exist, so that an ambiguous create may be sent again.
   * Nobody has verified that its queries find external ids. Default false; always true in the `kling` dialect.
   */
  readonly trustLookup?: boolean;
  /**
   * How long a task that may exist is looked for before its absence is believed, in milliseconds: it may be accepted late, or
   * shown late. Default: 30 s; 5 s after the provider's own 5xx; 1 s against a server on this machine or a simulator.
   */
  readonly settleMs?: number;
  /**
   * Takes pictures and sounds as Blob, bytes, stream, data URL or file, and checks them: `prepare` of
   * `@klingkit/core/inputs`. Default: addresses and base64 only, as they are.
   */
  readonly prepare?: Prepare;
  /** Checks bodies before they are sent. Default: none. */
  readonly preflight?: Preflight;
  /** Refuses what would cost too much; `createBudget` of `@klingkit/core/pricing` makes one. Default: none. */
  readonly budget?: Guard;
  /** Keeps the tasks in flight under the account's cap; `createLimiter` makes one. Default: none. */
  readonly limiter?: Guard;
  /** Guards of your own, asked after budget and limiter: a spending limit kept in a database, say. Default: none. */
  readonly guards?: readonly Guard[];
  /** Largest answer that is read, in bytes when unpacked. Default 16 777 216 (16 MB). */
  readonly maxAnswerBytes?: number;
  /** Told of everything that happens; never given keys or pictures. Default: none. */
  readonly onEvent?: (event: KlingEvent) => void;
  /** Time. Default: the system's. */
  readonly clock?: Clock;
  /** Randomness for jitter, 0 ≤ x < 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** Every public call takes these. */
export interface CallOptions {
  /** Ends the call at once, also during a request. */
  readonly signal?: AbortSignal | undefined;
  /** Your own JSON of up to 4 kB, kept in the task store beside what `submit` or `generate` creates. */
  readonly note?: unknown;
}
