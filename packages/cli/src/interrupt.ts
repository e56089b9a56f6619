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
    // What is left is to print. A signal that came now would end the process with a code that says that there is no task.
    if (controller.signal.aborted || io.created.certainty !== "none") io.onInterrupt(() => {});
  }
}

const hardExit = { none: exitCodes.interrupted, unknown: exitCodes.outcomeUnknown, exists: exitCodes.unfinished };
