import type { ExpectedCharge } from "./charges.js";
import type { ExpectedDelivery } from "./deliveries.js";
import type { ExpectedRequest } from "./requests.js";

/** The matchers of `expect(mock)`. */
export interface MockMatchers<Result = void> {
  /** Passes if exactly one charge matches. */
  toHaveChargedOnce(expected?: ExpectedCharge): Result;
  /** Passes if no request was charged twice. */
  toHaveNoDuplicateCharges(): Result;
  /**
   * Passes if at least one request matches, or exactly `count`: a route such as `image2video.submit`, or fields of the
   * log.
   */
  toHaveReceived(expected?: ExpectedRequest, count?: number): Result;
  /**
   * Passes if at least one callback matches, or exactly `count`: a status such as `succeed`, or fields of the delivery
   * log.
   */
  toHaveDelivered(expected?: ExpectedDelivery, count?: number): Result;
}
