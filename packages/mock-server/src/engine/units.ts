import type { Account } from "./account.js";
import { type ChargeRules, type Ledger, settlementOf } from "./ledger.js";
import { statusAt } from "./lifecycle.js";
import { roundUnits } from "./round-units.js";
import type { TaskRecord } from "./task-record.js";

/** Reserves a task's units. Nothing is kept for an account without a limit. */
export function reserveUnits(account: Account, task: TaskRecord): void {
  if (account.unitsBought !== Number.POSITIVE_INFINITY) account.reserved.push(task);
}

/** Takes what has been charged meanwhile off an account's units, and gives back what has been released. */
export function settleUnits(account: Account, now: number, rules: ChargeRules): void {
  if (account.reserved.length === 0 && account.refundable.length === 0) return;
  const stateOf = (task: TaskRecord) => settlementOf(task, now, rules).state;
  account.reserved = account.reserved.filter((task) => {
    const state = stateOf(task);
    if (state !== "charged") return state === "reserved";
    account.unitsLeft = roundUnits(account.unitsLeft - (task.units ?? 0));
    account.refundable.push(task);
    return false;
  });
  account.refundable = account.refundable.filter((task) => {
    if (stateOf(task) === "released") account.unitsLeft = roundUnits(account.unitsLeft + (task.units ?? 0));
    return !statusAt(task.plan, now).ended;
  });
}

/** Counts the units again from the ledger, as they stand at one moment: those charged since they were bought, and those still open. */
export function refillUnits(account: Account, ledger: Ledger, now: number, rules: ChargeRules): void {
  account.unitsLeft = account.unitsBought;
  account.reserved = [];
  account.refundable = [];
  if (account.unitsBought === Number.POSITIVE_INFINITY) return;
  const charged = ledger.sums("charged", account.name, now).units - account.chargedThen;
  account.unitsLeft = roundUnits(account.unitsBought - charged);
  for (const task of ledger.tasks()) {
    if (task.account !== account.name || statusAt(task.plan, now).ended) continue;
    const { state } = settlementOf(task, now, rules);
    (state === "reserved" ? account.reserved : account.refundable).push(task);
  }
}
