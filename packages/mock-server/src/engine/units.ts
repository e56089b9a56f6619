import type { Account } from "./account.js";
import { type ChargeRules, type Ledger, settlementOf } from "./ledger.js";
import type { TaskRecord } from "./task-record.js";

/** Reserves a task's units. Nothing is kept for an account without a limit. */
export function reserveUnits(account: Account, task: TaskRecord): void {
  if (account.unitsBought !== Number.POSITIVE_INFINITY) account.reserved.push(task);
}

/** Takes what has been charged meanwhile off an account's units, and lets go of what has been released. */
export function settleUnits(account: Account, now: number, rules: ChargeRules): void {
  if (account.reserved.length === 0) return;
  account.reserved = account.reserved.filter((task) => {
    const { state } = settlementOf(task, now, rules);
    if (state === "charged") account.unitsLeft -= task.units ?? 0;
    return state === "reserved";
  });
}

/** Counts the units again from the ledger, as they stand at one moment: those charged since they were bought, and those still reserved. */
export function refillUnits(account: Account, ledger: Ledger, now: number, rules: ChargeRules): void {
  account.unitsLeft = account.unitsBought;
  account.reserved = [];
  if (account.unitsBought === Number.POSITIVE_INFINITY) return;
  account.unitsLeft -= ledger.sums("charged", account.name, now).units - account.chargedThen;
  account.reserved = ledger
    .tasks()
    .filter((task) => task.account === account.name && settlementOf(task, now, rules).state === "reserved");
}
