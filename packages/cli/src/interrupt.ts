import { exitCodes, Interruption } from "./exit-code.js";
import type { Io } from "./io.js";

/**
 * Runs `work` with a signal that Ctrl-C, SIGTERM and SIGHUP abort. A second one ends the process at once, with an exit code
 * that says whether a task may exist.
 */
export async function interruptible<T>(io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = io.onInterrupt((signal) => {
    if (controller.signal.aborted) process.exit(hardExit[io.created.certainty]);
    controller.abort(new Interruption(signal));
  });
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}

const hardExit = { none: exitCodes.interrupted, unknown: exitCodes.outcomeUnknown, exists: exitCodes.unfinished };
