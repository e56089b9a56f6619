import { onAbort } from "@klingkit/spec/web";
import type { PartialHandle } from "../errors/index.js";
import { abortableSleep, throwIfAborted } from "../lib/clock.js";
import type { CallOptions } from "../options.js";
import type { Clock, Pauses } from "../ports.js";

/** Polls are never closer than this, in milliseconds, however many callbacks come. */
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
    throwIfAborted(signal, handle);
    const woken = new AbortController();
    wake = () => woken.abort();
    const stop = onAbort(signal, wake);
    try {
      await clock.sleep(ms, woken.signal);
    } catch (cause) {
      if (!woken.signal.aborted) throw cause;
    } finally {
      stop();
    }
    throwIfAborted(signal, handle);
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
