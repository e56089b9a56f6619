import type { AccountOptions } from "./account.js";

/** A key that nobody issued, as far as the simulator is concerned. */
export const wrongKey = "test-wrong-key";

/**
 * Keys whose accounts have a problem from the start, so that a test needs no set-up. Any other key opens an account
 * without limits.
 */
export const magicKeys: Readonly<Record<string, AccountOptions & { readonly description: string }>> = {
  [wrongKey]: { description: "A wrong key: every request is refused with 401." },
  "test-arrears": { description: "In arrears: paid requests are refused with 1101.", inArrears: true },
  "test-empty": { description: "No units left: paid requests are refused with 1102.", units: 0 },
  "test-expired-pack": { description: "The resource pack has expired: 1102, whatever is left.", packExpired: true },
  "test-ten-units": { description: "Ten units, then 1102.", units: 10 },
  "test-one-slot": { description: "One task at a time for each model, then 1303.", parallelTasks: 1 },
  "test-slow-down": { description: "One request a second, including queries, then 1302.", requestsPerSecond: 1 },
  "test-refused-ip": {
    description: "The caller's IP address is not allowed: every request is refused with 1304.",
    addressRefused: true,
  },
  "test-forbidden-model": { description: "No right to any model: 1103.", forbiddenModels: ["*"] },
};
