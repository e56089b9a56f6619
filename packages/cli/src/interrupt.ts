import type { Io } from "./io.js";

/** Runs `work` with a signal that Ctrl-C and SIGTERM abort; a second Ctrl-C ends the process the hard way. */
export async function interruptible<T>(io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = io.onInterrupt((signal) => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error(`interrupted by ${signal}`));
  });
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
