import type { Dialect } from "@klingkit/spec";
import type { KlingEvent } from "./events.js";
import type { ApiKey, Clock, Guard, Preflight, Prepare, TaskStore } from "./ports.js";

export interface RetryOptions {
  /** Number of attempts in all, for queries, and for creates that certainly made no task. Default 4. */
  readonly attempts?: number | undefined;
  /** Longest pause before the second attempt, in milliseconds. It doubles with each attempt. Default 500. */
  readonly firstDelayMs?: number | undefined;
  /** Longest pause between two attempts, in milliseconds. Default 20 000. */
  readonly maxDelayMs?: number | undefined;
  /**
   * The client waits as long as the server's `Retry-After` says, but at most this long, in milliseconds. Default 60
   * 000.
   */
  readonly maxRetryAfterMs?: number | undefined;
}

export interface KlingClientOptions {
  /** The key: CometAPI's `sk-…`, Kling's `api-key-kling-…`, or Kling's pair of access key and secret key. Never logged. */
  readonly apiKey: ApiKey;
  /** How the server answers. Default `cometapi`. */
  readonly dialect?: Dialect | undefined;
  /**
   * Address of the server: its origin, and for a reverse proxy the path before `/kling`, which is kept. A trailing `/` or `/kling`
   * is tolerated. Records of the task store belong to the origin alone. Default: the dialect's.
   */
  readonly baseUrl?: string | undefined;
  /**
   * Allows plain http to another machine, where the key travels unencrypted. Use it for a simulator or proxy in a
   * network in which nobody else can listen, such as docker-compose's. Default false: plain http is allowed only to
   * this machine.
   */
  readonly allowHttp?: boolean | undefined;
  /**
   * The `fetch` to use. Default: the global one. Node's `fetch` ignores HTTPS_PROXY; behind a proxy, pass one that
   * obeys it.
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Longest time for one query, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** Longest time for one create, in milliseconds. Default 120 000. */
  readonly submitTimeoutMs?: number | undefined;
  /** Longest wait for a task, in milliseconds. Default 30 minutes; `Infinity` must be written out. */
  readonly waitTimeoutMs?: number | undefined;
  /** How often the client retries, and after which pauses. */
  readonly retry?: RetryOptions | undefined;
  /**
   * Records each paid request before it is sent, which prevents duplicate charges. Default: in memory, until the
   * process ends.
   */
  readonly taskStore?: TaskStore | undefined;
  /**
   * Your name for the account, if one task store serves several accounts: up to 200 characters. It is written into the
   * store, so never give a key. Default: empty.
   */
  readonly account?: string | undefined;
  /**
   * Whether CometAPI's "task not found" proves that a task does not exist, so that an ambiguous create may be sent
   * again. Nobody has verified that CometAPI finds tasks by `external_task_id`. Default false; always true in the
   * dialect `kling`.
   */
  readonly trustLookup?: boolean | undefined;
  /**
   * How long the client looks for a task that may exist before it believes "not found", in milliseconds. A task may be
   * accepted late or become visible late. For a request of an earlier call this time begins when that request can't be under way
   * any more (the record's `until`). Default: 30 s; 5 s after the provider's own 5xx; 1 s for a server on this machine or a
   * simulator.
   */
  readonly settleMs?: number | undefined;
  /**
   * Accepts pictures and sounds as Blob, bytes, stream, data URL or file, and checks them: `prepare` of
   * `@klingkit/core/inputs`. Default: only addresses and base64, which are sent unchanged.
   */
  readonly prepare?: Prepare | undefined;
  /** Checks bodies before they are sent. Default: none. */
  readonly preflight?: Preflight | undefined;
  /** Refuses requests that would cost too much. `createBudget` of `@klingkit/core/pricing` makes one. Default: none. */
  readonly budget?: Guard | undefined;
  /** Keeps the number of running tasks below the account's limit. `createLimiter` makes one. Default: none. */
  readonly limiter?: Guard | undefined;
  /**
   * Your own guards, for example a spending limit in a database. They are asked after the budget and the limiter.
   * Default: none.
   */
  readonly guards?: readonly Guard[] | undefined;
  /** Largest answer that the client reads, in bytes after decompression. Default 16 777 216 (16 MB). */
  readonly maxAnswerBytes?: number | undefined;
  /**
   * Called with each event, and not awaited; what it throws or rejects with is ignored. Events contain no keys or pictures.
   * Default: none.
   */
  readonly onEvent?: ((event: KlingEvent) => void) | undefined;
  /** The clock to use. Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Random numbers for pauses, 0 ≤ x < 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Options that every method accepts. */
export interface CallOptions {
  /**
   * Ends the call: at once while it waits, makes a token or a request is under way; otherwise as soon as the step in progress
   * (`prepare`, a guard, the task store) is done.
   */
  readonly signal?: AbortSignal | undefined;
  /** Your own JSON, up to 4 kB. The task store keeps it with the record of a `submit` or `generate`. */
  readonly note?: unknown;
}
