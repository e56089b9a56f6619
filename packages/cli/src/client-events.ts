import type { KlingEvent } from "@klingkit/core";
import type { Io } from "./io.js";
import { notice } from "./report.js";

/** How long a server may take to answer before the user is told whom the command waits for. */
const patienceMs = 5_000;

/**
 * An observer for the client that says on stderr what a user has to know while a command runs: that a server keeps a request
 * unanswered (once, until it answers again), and that a task could not be remembered.
 */
export function reportEvents(io: Io, address: string): (event: KlingEvent) => void {
  const slowness = reportSlowAnswers(io, address);
  let isWarned = false;
  return (event) => {
    slowness(event);
    if (event.type !== "task-store-failed" || isWarned) return;
    isWarned = true;
    const why = event.cause instanceof Error ? event.cause.message : String(event.cause);
    notice(io, `warning: what became of ${event.family}/${event.external_task_id} was not remembered. ${why}`);
  };
}

function reportSlowAnswers(io: Io, address: string): (event: KlingEvent) => void {
  let isTold = false;
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    isTold = true;
    notice(io, `${address} has not answered for ${patienceMs / 1000} s; still waiting, Ctrl-C ends it.`);
  };
  return ({ type }) => {
    if (type !== "request" && type !== "response" && type !== "retry") return;
    clearTimeout(timer);
    if (type === "response") isTold = false;
    // The timer alone must not keep the process alive.
    if (type === "request" && !isTold) timer = setTimeout(tell, patienceMs).unref();
  };
}
