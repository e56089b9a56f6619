import { priceRequest } from "@klingkit/spec/pricing";
import { InputError } from "../errors/index.js";
import type { Guard, Place } from "../operations/admission.js";
import { checkNumbers } from "../settings.js";

export interface BudgetOptions {
  /** Most that one request may cost, in US dollars by Kling's price list. Default: no limit. */
  readonly maxCost?: number;
  /** Most that all requests may cost together, in US dollars by Kling's price list. Default: no limit. */
  readonly budget?: number;
  /** What to do with a request whose price is not on record: `allow` counts it as nothing. Default `refuse`. */
  readonly unknownPrices?: "refuse" | "allow";
}

/** Refuses requests before they are sent. */
export interface Budget extends Guard {
  /** Dollars for all that was sent, by Kling's price list; what may have been carried out counts. */
  readonly spent: number;
}

/**
 * Makes a budget for one client or several: requests that would cost too much are refused before anything is sent. What
 * certainly came to nothing is not counted. The budget lives as long as the process.
 * @throws InputError for limits that are no amounts; from the client's calls, for what is too much
 */
export function createBudget({ maxCost, budget, unknownPrices = "refuse" }: BudgetOptions): Budget {
  checkNumbers({ maxCost, budget });
  const { POSITIVE_INFINITY: noLimit } = Number;
  let spent = 0;
  return {
    get spent() {
      return inCents(spent);
    },
    admit(_, { operation, body }): Place {
      const { usd, reason } = priceRequest(operation.name, body);
      if (usd === null && unknownPrices === "refuse") throw unknownPrice(operation.name, reason);
      const cost = usd ?? 0;
      if (cost > (maxCost ?? noLimit)) throw tooMuch(cost, `one request may cost ${dollars(maxCost)}`, "maxCost");
      if (spent + cost > (budget ?? noLimit) + 1e-9)
        throw tooMuch(cost, `${dollars(Math.max(0, (budget ?? 0) - spent))} of the budget are left`, "budget");
      spent += cost;
      return {
        settle(made) {
          if (!made) spent -= cost;
        },
      };
    },
  };
}

function tooMuch(cost: number, limit: string, option: string): InputError {
  const remedy = `Nothing was sent; make it cheaper, or raise ${option}.`;
  return new InputError(`The request costs about ${dollars(cost)}, and ${limit}.`, remedy, "over-budget");
}

function unknownPrice(name: string, reason = "it is not on record"): InputError {
  return new InputError(
    `The price of ${name} is unknown: ${reason}.`,
    'Nothing was sent; allow it with unknownPrices: "allow".',
    "price-unknown",
  );
}

function dollars(amount = 0): string {
  return `$${inCents(amount)}`;
}

/** Sums of prices without the binary tail, to a hundredth of a cent. */
function inCents(amount: number): number {
  return Math.round(amount * 1e4) / 1e4;
}
