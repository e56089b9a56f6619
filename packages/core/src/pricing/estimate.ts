import type { CallTypes, FamilyTypes } from "@klingkit/spec";
import { type KnownFacts, type Price, priceRequest } from "@klingkit/spec/pricing";
import type { WithInputs } from "../inputs/media-input.js";

type Requests = { readonly [Name in keyof FamilyTypes]: FamilyTypes[Name]["request"] } & {
  readonly [Name in keyof CallTypes]: CallTypes[Name]["request"];
};

/**
 * Computes what a request costs by Kling's price list: units, and dollars at the list price of a unit. Nothing is sent.
 * If the price is not known, or the request does not say how long the result will be, `units` is null and `reason` says
 * why.
 * @param name a family's or a call's name
 * @param request pictures and sounds may have any form that `prepare` accepts
 */
export function estimate<Name extends keyof Requests>(
  name: Name,
  request: WithInputs<Requests[Name]>,
  known?: KnownFacts,
): Price;
/** The same for a name that is only known at run time, such as that of a guard's request. */
export function estimate<Name extends string>(
  name: Name & (string extends Name ? unknown : never),
  request: Readonly<Record<string, unknown>>,
  known?: KnownFacts,
): Price;
export function estimate(name: string, request: object, known?: KnownFacts): Price {
  return priceRequest(name, request, known);
}
