import type { Clock } from "../clock.js";
import type { PartialHandle } from "../errors/index.js";

/** Pauses between polls. */
export interface Pauses {
  /** Resolves after `ms` milliseconds, or earlier when there is news of the task. @throws AbortedError */
  pause(ms: number): Promise<void>;
  /** Stops listening for news. */
  end?(): void;
}

/** Where a wait hears of callbacks; `createCallbackWaiter` of `@klingkit/core/callbacks` is one. */
export interface CallbackSource {
  /** Pauses that a report about the task ends early. The listening begins at once. */
  pauses(clock: Clock, handle: PartialHandle, signal: AbortSignal | undefined): Pauses;
}
