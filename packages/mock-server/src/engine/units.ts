import type { Account } from "./account.js";
import { type Charge, type ChargeRules, settlementOf } from "./ledger.js";
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

/** Counts the units again from the ledger: those charged since they were bought, and those still reserved. */
export function refillUnits(
  account: Account,
  charges: readonly Charge[],
  taskOf: (id: string) => TaskRecord | undefined,
): void {
  account.unitsLeft = account.unitsBought;
  account.reserved = [];
  if (account.unitsBought === Number.POSITIVE_INFINITY) return;
  for (const { account: name, taskId, units, state, settledAt } of charges) {
    if (name !== account.name) continue;
    const task = state === "reserved" ? taskOf(taskId) : undefined;
    if (task) account.reserved.push(task);
    if (state === "charged" && (settledAt ?? 0) >= account.boughtAt) account.unitsLeft -= units ?? 0;
  }
}
