import type { KlingEvent } from "@klingkit/core";

/** What the client does besides sending requests, in words; "" for what is seen anyway. */
export function describeEvent(event: KlingEvent): string {
  if (event.type === "retry") return `tries again in ${event.delayMs.toFixed(0)} ms (${event.code})`;
  if (event.type === "recovery") return recoveries[event.outcome];
  if (event.type === "warning") return `warns: ${event.finding.message}`;
  return "";
}

const recoveries = {
  found: "looked the task up and found it: nothing is sent again",
  absent: "looked the task up: there is none, so it may be sent again",
  unknown: "looked the task up: nobody can tell whether there is one",
};
