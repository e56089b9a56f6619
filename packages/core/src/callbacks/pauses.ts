import { abortableSleep } from "../abort.js";
import type { Clock } from "../clock.js";
import { AbortedError, type PartialHandle } from "../errors/index.js";
import type { Pauses } from "../operations/pauses.js";
import type { CallOptions } from "../options.js";

/** However many callbacks come, polls are never closer than this, in milliseconds. */
const shortestPause = 50;

interface Listening {
  readonly clock: Clock;
  readonly handle: PartialHandle;
  readonly signal: AbortSignal | undefined;
  /** Resolves at the next report about the task; rejects when the signal is aborted. */
  next(handle: PartialHandle, options: CallOptions): Promise<unknown>;
}

/** Pauses that a callback ends early: the poll that follows confirms it. Reports that come during a poll count too. */
export function createPauses({ clock, handle, signal, next }: Listening): Pauses {
  const listening = new AbortController();
  let reported = false;
  let wake = () => {};
  const listen = (): void => {
    next(handle, { signal: listening.signal }).then(
      () => {
        reported = true;
        wake();
        listen();
      },
      () => {},
    );
  };
  listen();
  const sleepOrWake = async (ms: number): Promise<void> => {
    const woken = new AbortController();
    wake = () => woken.abort();
    try {
      await clock.sleep(ms, signal ? AbortSignal.any([signal, woken.signal]) : woken.signal);
    } catch (cause) {
      if (signal?.aborted) throw new AbortedError(signal.reason, handle);
      if (!woken.signal.aborted) throw cause;
    }
  };
  return {
    async pause(ms) {
      await abortableSleep(clock, Math.min(ms, shortestPause), signal, handle);
      if (!reported && ms > shortestPause) await sleepOrWake(ms - shortestPause);
      reported = false;
    },
    end: () => listening.abort(),
  };
}
