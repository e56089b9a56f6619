import type { KlingEvent } from "@klingkit/core";
import type { Io } from "./io.js";
import { notice } from "./report.js";

/** How long a server may take to answer before the user is told whom the command waits for. */
const patienceMs = 5_000;

/**
 * An observer for the client that says on stderr when a server keeps a request unanswered: once, until it answers again.
 */
export function reportSlowAnswers(io: Io, address: string): (event: KlingEvent) => void {
  let told = false;
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    told = true;
    notice(io, `${address} has not answered for ${patienceMs / 1000} s; still waiting, Ctrl-C ends it.`);
  };
  return ({ type }) => {
    if (type !== "request" && type !== "response" && type !== "retry") return;
    clearTimeout(timer);
    if (type === "response") told = false;
    // The timer alone must not keep the process alive.
    if (type === "request" && !told) timer = setTimeout(tell, patienceMs).unref();
  };
}
