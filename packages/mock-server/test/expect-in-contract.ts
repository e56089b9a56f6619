import { expect } from "vitest";
import { contractProblem } from "./contract-check.js";

/** Fails unless the answer fits the contract's schema for this operation and status. */
export function expectInContract(...checked: Parameters<typeof contractProblem>): void {
  expect(contractProblem(...checked)).toBeUndefined();
}
