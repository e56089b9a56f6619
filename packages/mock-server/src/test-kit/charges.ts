import type { Charge, Ledger } from "../engine/ledger.js";
import { type Expected, fits, show } from "./expected.js";
import { mockOf, mustBeWhole, times, type Verdict, withLog } from "./verdict.js";

/** Fields that a charge must have. Default: every charge matches. */
export type ExpectedCharge = Expected<Charge>;

/** Exactly one charge of those that are meant. */
export function toHaveChargedOnce(received: unknown, expected: ExpectedCharge = {}): Verdict {
  const ledger = wholeLedger(received);
  const count = ledger.charges.filter((charge) => fits(expected, charge)).length;
  const pass = count === 1;
  const sentence = pass
    ? `Expected anything but one charge${show(expected)}.`
    : `Expected one charge${show(expected)}, but it was charged ${times(count)}.`;
  return { pass, message: () => withLog(sentence, "charges", linesOf(ledger)) };
}

/** No request was charged twice, however many there were. */
export function toHaveNoDuplicateCharges(received: unknown): Verdict {
  const ledger = wholeLedger(received);
  const count = ledger.duplicates.size;
  const pass = count === 0;
  const sentence = pass
    ? "Expected a request to be charged twice, but none was."
    : `Expected each request to be charged once, but ${count === 1 ? "one was" : `${count} were`} charged again.`;
  return { pass, message: () => withLog(sentence, "charges", linesOf(ledger)) };
}

/** @throws Error where charges have no rows any more */
function wholeLedger(received: unknown): Ledger {
  const { ledger } = mockOf(received);
  mustBeWhole(ledger.count - ledger.charges.length, "charges", "maxTasks");
  return ledger;
}

function linesOf({ charges, duplicates }: Ledger): string[] {
  return charges.map(({ operation, taskId, externalTaskId, units, account }) => {
    const own = externalTaskId === undefined ? "" : ` (${externalTaskId})`;
    const first = duplicates.get(taskId);
    const again = first === undefined ? "" : `, a second time for what ${first} was for`;
    return `${operation} ${taskId}${own}: ${units ?? "unpriced"} units of ${account}${again}`;
  });
}
