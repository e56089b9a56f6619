import type { Price } from "@klingkit/spec/pricing";
import { type Account, countRequest, mayUse } from "../engine/account.js";
import { modelAsked, slotCount, slotsName, tasksInFlight } from "../engine/slots.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import type { MockAnswer } from "./http.js";
import type { Some } from "./parts.js";

/** Any request: the caller's address (1304), then the request rate (1302). */
export function refuseAccount(parts: Some<"refusals">, account: Account, now: number): MockAnswer | undefined {
  if (account.addressRefused) return parts.refusals.account(1304);
  return countRequest(account, now) ? undefined : parts.refusals.account(1302);
}

/** A model the account has no right to (1103). */
export function refuseModel(
  { parts, account }: Exchange<"refusals">,
  operation: string,
  request: Body,
): MockAnswer | undefined {
  if (account.forbiddenModels.length === 0) return undefined;
  return mayUse(account, modelAsked({ operation, request }) ?? operation) ? undefined : parts.refusals.account(1103);
}

/** More tasks at a time than the account has slots (1303). */
export function refuseSlots(
  { parts, account, trace }: Exchange<"refusals">,
  operation: string,
  request: Body,
): MockAnswer | undefined {
  if (account.parallelTasks === Number.POSITIVE_INFINITY) return undefined;
  const running = tasksInFlight(account, slotsName({ operation, request }), trace.at);
  const wanted = running + slotCount({ operation, request });
  return wanted > account.parallelTasks ? parts.refusals.account(1303) : undefined;
}

/** Debts (1101), a pack that has expired, or too few units (both 1102). */
export function refuseBalance(
  { parts, account }: Exchange<"refusals" | "accounts">,
  { units }: Pick<Price, "units">,
): MockAnswer | undefined {
  if (account.inArrears) return parts.refusals.account(1101);
  return account.packExpired || (units ?? 0) > parts.accounts.unitsFree(account)
    ? parts.refusals.account(1102)
    : undefined;
}
