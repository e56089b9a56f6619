import type { Delivery } from "../engine/delivery-log.js";
import { type Expected, fits, show } from "./expected.js";
import { mockOf, mustBeWhole, times, type Verdict, withLog } from "./verdict.js";

/** Selects callbacks: a status such as `succeed`, or fields of the delivery log. */
export type ExpectedDelivery = string | Expected<Delivery>;

/** At least one such callback, or exactly as many as are said; taken by its receiver unless `outcome` says otherwise. */
export function toHaveDelivered(received: unknown, expected: ExpectedDelivery = {}, count?: number): Verdict {
  const { callbacks } = mockOf(received);
  const wanted = { outcome: "taken", ...(typeof expected === "string" ? { status: expected } : expected) };
  const seen = callbacks.deliveries.filter((delivery) => fits(wanted, delivery)).length;
  if (seen <= (count ?? 0)) mustBeWhole(callbacks.dropped, "deliveries", "maxDeliveries");
  const pass = count === undefined ? seen > 0 : seen === count;
  const what = `a callback${show(wanted)}${count === undefined ? "" : ` ${times(count)}`}`;
  const sentence = pass
    ? `Expected not to deliver ${what}, but it was delivered ${times(seen)}.`
    : `Expected to deliver ${what}, but it was ${seen === 0 ? "never delivered" : `delivered ${times(seen)}`}.${hint(callbacks.pending)}`;
  return { pass, message: () => withLog(sentence, "deliveries", callbacks.deliveries.map(line)) };
}

function hint(pending: number): string {
  if (pending === 0) return " Wait for those under way: await mock.callbacks.settled().";
  return ` ${pending} still to come: mock.clock.advance(…), then await mock.callbacks.settled().`;
}

function line({ taskId, status, attempt, outcome, answerStatus, url, fault }: Delivery): string {
  const answer = answerStatus === null ? "" : ` with ${answerStatus}`;
  return `${taskId} ${status}, send ${attempt} to ${url}: ${outcome}${answer}${fault === null ? "" : `, callback-fault=${fault}`}`;
}
