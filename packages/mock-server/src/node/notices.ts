import type { Delivery } from "../engine/delivery-log.js";
import type { MockEvent } from "../engine/events.js";
import type { Mock } from "../mock.js";

/** How many different notices are printed; later ones are in the log only. */
const mostNotices = 100;

/**
 * Prints, each notice once, why callbacks to a host are not taken, and which requests were accepted although Kling refuses
 * them. Nobody looks for a callback that does not come.
 */
export function tellNotices(mock: Mock, notice: (line: string) => void): void {
  const told = new Set<string>();
  mock.events.subscribe((event) => {
    const line = lineOf(event);
    if (line === undefined || told.has(line) || told.size >= mostNotices) return;
    told.add(line);
    notice(line);
  });
}

function lineOf(event: MockEvent): string | undefined {
  if (event.type === "callback") return unsent(event.detail);
  if (event.type !== "warning" || !event.detail.message.includes("has been discontinued")) return undefined;
  return `klingkit: ${event.detail.message} Kling refuses it; use a model that is not discontinued.`;
}

function unsent({ url, outcome, reason, attempt }: Delivery): string | undefined {
  if (outcome === "taken" || outcome === "dropped" || attempt > 1) return undefined;
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const where = address ? address.host : url.slice(0, 100);
  const what = `A callback to ${where} was not ${outcome === "refused" ? "taken" : "sent"}: ${reason}`;
  if (outcome !== "host-not-allowed") return `${what}.`;
  const isHttp = address !== undefined && /^https?:$/.test(address.protocol);
  return isHttp
    ? `${what}; start the simulator with --allow-callback-host ${where}.`
    : `${what}; give an http address.`;
}
