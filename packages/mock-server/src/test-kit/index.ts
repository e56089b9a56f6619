import { toHaveChargedOnce, toHaveNoDuplicateCharges } from "./charges.js";
import { toHaveDelivered } from "./deliveries.js";
import { toHaveReceived } from "./requests.js";

export type { ExpectedCharge } from "./charges.js";
export type { ExpectedDelivery } from "./deliveries.js";
export type { AsymmetricMatcher, Expected } from "./expected.js";
export type { MockMatchers } from "./matchers-type.js";
export type { ExpectedRequest } from "./requests.js";
export type { Verdict } from "./verdict.js";

/** Matchers for `expect.extend`; the entries for Vitest and Jest do it by themselves. */
export const mockMatchers = { toHaveChargedOnce, toHaveNoDuplicateCharges, toHaveReceived, toHaveDelivered };
