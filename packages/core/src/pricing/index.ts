export type { KnownFacts, Price } from "@klingkit/spec/pricing";
export { type Budget, type BudgetOptions, createBudget } from "./budget.js";
export { estimate } from "./estimate.js";
