import { priceRequest } from "@klingkit/spec/pricing";
import { InputError, type PartialHandle } from "../errors/index.js";
import { checkNumbers } from "../lib/settings.js";
import type { Guard, Place } from "../ports.js";
import { handleKeys } from "../tasks/handle.js";
import { isFailed } from "../tasks/status.js";
import type { AnyTask } from "../tasks/task.js";

export interface BudgetOptions {
  /** Most that one request may cost, in US dollars by Kling's price list. Default: no limit. */
  readonly maxCost?: number | undefined;
  /** Most that all requests may cost together, in US dollars by Kling's price list. Default: no limit. */
  readonly budget?: number | undefined;
  /** Dollars that were spent before, for example by an earlier process. Default 0. */
  readonly spent?: number | undefined;
  /**
   * What to do with a request whose price is not known: `refuse` it, or `allow` it without counting it. Default
   * `refuse`.
   */
  readonly unknownPrices?: "refuse" | "allow" | undefined;
}

/** Refuses requests before they are sent. */
export interface Budget extends Guard {
  /**
   * The sum in dollars, by Kling's price list. A request counts if it made a task, or may have made one. Failed tasks
   * do not count.
   */
  readonly spent: number;
}

/** How many open tasks are remembered. If there are more, the oldest count as charged. */
const mostOpen = 10_000;

/**
 * Makes a budget for one client or several. Requests that would cost too much are refused before they are sent. A
 * request that made no task is not counted. When a query shows that a task has failed, its price is taken off again,
 * on the assumption that failed tasks cost nothing (measured only on Kling's newer routes). The budget lasts as long as
 * the process; pass `spent` to continue an earlier one.
 * @throws InputError for limits that are not amounts; the client's calls throw it for a request that costs too much
 */
export function createBudget(options: BudgetOptions = {}): Budget {
  const { maxCost = Number.POSITIVE_INFINITY, budget = Number.POSITIVE_INFINITY, unknownPrices } = options;
  let { spent = 0 } = options;
  checkNumbers({ maxCost, budget, spent });
  const open = createOpenCosts();
  return {
    get spent() {
      return rounded(spent);
    },
    admit({ operation, body }): Place {
      const { usd, reason } = priceRequest(operation, body);
      if (usd === null && unknownPrices !== "allow") throw unknownPrice(operation, reason);
      const cost = usd ?? 0;
      if (cost > maxCost) throw tooMuch(cost, `one request may cost ${dollars(maxCost)}`, "maxCost");
      if (spent + cost > budget + 1e-9)
        throw tooMuch(cost, `${dollars(Math.max(0, budget - spent))} of the budget are left`, "budget");
      spent += cost;
      return {
        settle(outcome) {
          if (outcome.kind === "refused") spent -= cost;
          else open.add(outcome.handle, cost);
        },
      };
    },
    saw(task) {
      if (isFailed(task.task_status)) spent -= open.take(task);
    },
  };
}

/** The costs of tasks that were not seen to fail, found by either id. */
function createOpenCosts() {
  const costs = new Map<string, { readonly cost: number; readonly keys: readonly string[] }>();
  return {
    add(handle: PartialHandle, cost: number): void {
      const keys = handleKeys(handle);
      for (const key of keys) costs.set(key, { cost, keys });
      for (const key of costs.keys()) {
        if (costs.size <= 2 * mostOpen) break;
        costs.delete(key);
      }
    },
    /** Removes the task and returns its cost; 0 if it is unknown. */
    take(task: AnyTask): number {
      const [entry] = handleKeys(task).flatMap((key) => costs.get(key) ?? []);
      for (const key of entry?.keys ?? []) costs.delete(key);
      return entry?.cost ?? 0;
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

function dollars(amount: number): string {
  return `$${rounded(amount)}`;
}

/** Sums of prices without the binary tail, to a hundredth of a cent. */
function rounded(amount: number): number {
  return Math.round(amount * 1e4) / 1e4;
}
