import type { Dialect } from "@klingkit/spec";
import type { KlingEvent } from "./events.js";
import type { Http } from "./http/http.js";
import type { RetryPolicy } from "./http/retry.js";
import type { Clock, Guard, Preflight, Prepare, TaskScope, TaskStore } from "./ports.js";
import type { DigestOf } from "./submit/digest.js";

/** What every operation works with: the client's settings, defaults filled in. */
export interface ClientContext {
  readonly http: Http;
  readonly dialect: Dialect;
  /** Origin the requests go to. */
  readonly baseUrl: string;
  /** For what needs no key; everything else goes through `http`. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly submitTimeoutMs: number;
  readonly waitTimeoutMs: number;
  /** How long a task is looked for before its absence is believed; undefined where that depends on the answer. */
  readonly settleMs: number | undefined;
  /** The server is on this machine or in this process: questions cost no time, and may follow each other quickly. */
  readonly isLocal: boolean;
  readonly digestOf: DigestOf;
  /** Remembers intentions before they are sent. */
  readonly taskStore: TaskStore;
  /** Where its tasks belong; the same own id elsewhere is another task. */
  readonly scope: TaskScope;
  /** Whether "not found" at the gateway proves that a task does not exist. */
  readonly trustLookup: boolean;
  readonly prepare: Prepare | undefined;
  readonly preflight: Preflight | undefined;
  /** Budget, limiter and others, in the order in which they are asked. */
  readonly guards: readonly Guard[];
  readonly emit: (event: KlingEvent) => void;
}
