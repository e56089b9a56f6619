import type { KlingEvent } from "@klingkit/core";
import type { Io } from "./io.js";

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
    // On a terminal the line may hold the progress.
    const start = io.stderr.isTTY && io.env.TERM !== "dumb" ? "\r\x1b[2K" : "";
    io.stderr.write(
      `${start}klingkit: ${address} has not answered for ${patienceMs / 1000} s; still waiting, Ctrl-C ends it.\n`,
    );
  };
  return ({ type }) => {
    if (type !== "request" && type !== "response" && type !== "retry") return;
    clearTimeout(timer);
    if (type === "response") told = false;
    // Nobody is kept waiting only to be told.
    if (type === "request" && !told) timer = setTimeout(tell, patienceMs).unref();
  };
}
