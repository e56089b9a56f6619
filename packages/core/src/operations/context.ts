import type { Dialect } from "@klingkit/spec";
import type { Clock } from "../clock.js";
import type { KlingEvent } from "../events.js";
import type { Preflight, Prepare } from "../options.js";
import type { TaskScope, TaskStore } from "../ports.js";
import type { RetryPolicy } from "../retry.js";
import type { Transport } from "../transport/transport.js";
import type { Guard } from "./admission.js";

/** What every operation works with: the client's settings, defaults filled in. */
export interface OperationContext {
  readonly transport: Transport;
  readonly dialect: Dialect;
  /** Origin the requests go to. */
  readonly baseUrl: string;
  /** For what needs no key; everything else goes through `transport`. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly submitTimeoutMs: number;
  readonly waitTimeoutMs: number;
  /** True where answers cost no time (loopback, a mock): polls then follow each other quickly. */
  readonly near: boolean;
  /** Remembers intentions before they are sent. */
  readonly taskStore: TaskStore;
  /** Where its tasks belong; the same own id elsewhere is another task. */
  readonly scope: TaskScope;
  /** Whether "not found" at the gateway proves that a task does not exist. */
  readonly trustLookup: boolean;
  readonly prepare: Prepare | undefined;
  readonly preflight: Preflight | undefined;
  /** Budget and limiter, in the order in which they are asked. */
  readonly guards: readonly Guard[];
  readonly emit: (event: KlingEvent) => void;
}
