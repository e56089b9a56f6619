import type { Dialect } from "@klingkit/spec";
import type { KlingEvent } from "./events.js";
import type { Http } from "./http/http.js";
import type { RetryPolicy } from "./http/retry.js";
import type { Clock, Guard, Preflight, Prepare, TaskScope, TaskStore } from "./ports.js";
import type { DigestOf } from "./submit/digest.js";

/** The client's settings, with defaults filled in. */
export interface ClientContext {
  readonly http: Http;
  readonly dialect: Dialect;
  /** Address the requests go to: an origin, and the path of a reverse proxy. */
  readonly baseUrl: string;
  /** For requests without a key; everything else uses `http`. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly submitTimeoutMs: number;
  readonly waitTimeoutMs: number;
  /**
   * How long the client looks for a task before it believes "not found", in milliseconds; undefined if that depends on
   * the answer.
   */
  readonly settleMs: number | undefined;
  /**
   * Whether the server is on this machine or in this process. Queries then cost no time and may follow each other
   * quickly.
   */
  readonly isLocal: boolean;
  readonly digestOf: DigestOf;
  /** Records each paid request before it is sent. */
  readonly taskStore: TaskStore;
  /** The scope of its tasks; the same own id in another scope is another task. */
  readonly scope: TaskScope;
  /** Whether "not found" at the gateway proves that a task does not exist. */
  readonly trustLookup: boolean;
  readonly prepare: Prepare | undefined;
  readonly preflight: Preflight | undefined;
  /** Budget, limiter and others, in the order in which they are asked. */
  readonly guards: readonly Guard[];
  readonly emit: (event: KlingEvent) => void;
}
