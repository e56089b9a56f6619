import { toHaveChargedOnce, toHaveNoDuplicateCharges } from "./charges.js";
import { toHaveDelivered } from "./deliveries.js";
import { toHaveReceived } from "./requests.js";

export type { ExpectedCharge } from "./charges.js";
export type { ExpectedDelivery } from "./deliveries.js";
export type { AsymmetricMatcher, Expected } from "./expected.js";
export type { ExpectedRequest } from "./requests.js";
export type { Verdict } from "./verdict.js";

/** Matchers for `expect.extend` of Jest and of Vitest, whose own entry does it by itself. */
export const mockMatchers = { toHaveChargedOnce, toHaveNoDuplicateCharges, toHaveReceived, toHaveDelivered };
