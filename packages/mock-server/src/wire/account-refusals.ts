import type { Price } from "@klingkit/spec/pricing";
import { slotKey, slotsOf } from "@klingkit/spec/slots";
import { type Account, countRequest, mayUse } from "../engine/accounts.js";
import { tasksInFlight } from "../engine/slots.js";
import type { Engine } from "../engine.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import type { MockAnswer } from "./http.js";

/** Any request: the caller's address (1304), then the request rate (1302). */
export function refuseAccount(engine: Engine, account: Account, now: number): MockAnswer | undefined {
  if (account.addressRefused) return engine.refusals.service(1304);
  return countRequest(account, now) ? undefined : engine.refusals.service(1302);
}

/** A model the account has no right to (1103). */
export function refuseModel({ engine, account }: Exchange, name: string, body: Body): MockAnswer | undefined {
  return mayUse(account, slotKey(name, body)) ? undefined : engine.refusals.service(1103);
}

/** More tasks at a time than the account has slots (1303). */
export function refuseSlots({ engine, account, trace }: Exchange, name: string, body: Body): MockAnswer | undefined {
  if (account.parallelTasks === Number.POSITIVE_INFINITY) return undefined;
  const running = tasksInFlight(account, slotKey(name, body), trace.at);
  return running + slotsOf(body) > account.parallelTasks ? engine.refusals.service(1303) : undefined;
}

/** Debts (1101), a pack that has expired, or too few units (both 1102). */
export function refuseBalance({ engine, account }: Exchange, { units }: Pick<Price, "units">): MockAnswer | undefined {
  if (account.inArrears) return engine.refusals.service(1101);
  return account.packExpired || (units ?? 0) > engine.accounts.unitsFree(account)
    ? engine.refusals.service(1102)
    : undefined;
}
