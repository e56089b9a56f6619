import type { ExpectedCharge } from "./charges.js";
import type { ExpectedDelivery } from "./deliveries.js";
import type { ExpectedRequest } from "./requests.js";

/** What `expect(mock)` has once the matchers are there. */
export interface MockMatchers<Result = void> {
  /** Exactly one charge, of those that are meant. */
  toHaveChargedOnce(expected?: ExpectedCharge): Result;
  /** No intention was paid twice. */
  toHaveNoDuplicateCharges(): Result;
  /** At least one such request, or exactly `count`: a route such as `image2video.submit`, or fields of the log. */
  toHaveReceived(expected?: ExpectedRequest, count?: number): Result;
  /** At least one such callback, or exactly `count`: a status such as `succeed`, or fields of the delivery log. */
  toHaveDelivered(expected?: ExpectedDelivery, count?: number): Result;
}
