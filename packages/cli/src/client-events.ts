import type { KlingEvent } from "@klingkit/core";
import { messageOf } from "@klingkit/spec/web";
import type { Io } from "./io.js";
import { notice } from "./report.js";

/** A server without a good answer for so long is reported to the user, in milliseconds. */
const reportAfterMs = 5_000;

/**
 * An observer for the client that says on stderr what a user has to know while a command runs: that a server does not answer
 * or has only errors (once, until it answers again), and that a task could not be remembered.
 */
export function reportEvents(io: Io, address: string): (event: KlingEvent) => void {
  const onEvent = reportNoAnswer(io, address);
  let isWarned = false;
  return (event) => {
    onEvent(event);
    if (event.type !== "task-store-failed" || isWarned) return;
    isWarned = true;
    const handle = `${event.family}/${event.external_task_id}`;
    notice(io, `warning: what became of ${handle} was not remembered. ${messageOf(event.cause)}`);
  };
}

/** A single fault is not reported: the client asks again, and most are over by then. */
function reportNoAnswer(io: Io, address: string): (event: KlingEvent) => void {
  const held = `${address} has not answered for ${reportAfterMs / 1000} s; still waiting, Ctrl-C ends it.`;
  let state = held;
  let isReported = false;
  let timer: NodeJS.Timeout | undefined;
  const report = () => {
    isReported = true;
    notice(io, state);
  };
  return (event) => {
    // The timer alone must not keep the process alive.
    if (event.type === "request" && !isReported) timer ??= setTimeout(report, reportAfterMs).unref();
    if (event.type === "no-answer" && event.code !== "timeout")
      state = `nothing answers at ${address} (${event.code}); trying again, Ctrl-C ends it.`;
    if (event.type !== "response") return;
    if (event.status >= 500) {
      state = `${address} answers with errors only (HTTP ${event.status}); trying again, Ctrl-C ends it.`;
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    state = held;
    if (isReported) notice(io, `${address} answers again.`);
    isReported = false;
  };
}
