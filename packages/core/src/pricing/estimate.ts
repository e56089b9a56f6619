import type { CallTypes, FamilyTypes } from "@klingkit/spec";
import { type KnownFacts, type Price, priceRequest } from "@klingkit/spec/pricing";

type Requests = { readonly [Name in keyof FamilyTypes]: FamilyTypes[Name]["request"] } & {
  readonly [Name in keyof CallTypes]: CallTypes[Name]["request"];
};

/**
 * Computes what a request costs by Kling's price list: units, and dollars at the list price of a unit. Nothing is sent.
 * If the price is not known, or the request does not say how long the result will be, `units` is null and `reason` says
 * why.
 * @param name a family's or a call's name
 */
export function estimate<Name extends keyof Requests>(name: Name, request: Requests[Name], known?: KnownFacts): Price {
  return priceRequest(name, request, known);
}
