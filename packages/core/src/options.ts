import type { Dialect, Finding } from "@klingkit/spec";
import type { ApiKey } from "./authentication.js";
import type { Clock } from "./clock.js";
import type { KlingEvent } from "./events.js";
import type { Guard } from "./operations/admission.js";
import type { TaskStore } from "./ports.js";

/** Looks at a body before it is sent; `@klingkit/core/preflight` has the one that knows the contract's rules. */
export type Preflight = (family: string, body: unknown, context: { readonly dialect: Dialect }) => readonly Finding[];

/** Makes a body out of one that holds bytes; `prepare` of `@klingkit/core/inputs` does. */
export type Prepare = (
  operation: string,
  body: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>>;

export interface RetryOptions {
  /** Tries in all, for reads and for creates that were certainly refused. Default 4. */
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
}
