import { createKlingClient, type Dialect, type KlingEvent } from "@klingkit/core";
import { createMock, MockClock } from "@klingkit/mock-server";
import { TestClock } from "../packages/core/test/helpers.js";

/** What can go wrong with a request, in the simulator's own words or on the way to it. */
export const faults = [
  "fault=reset-before",
  "fault=reset-after-accept",
  "fault=html-502",
  "fault=html-200",
  "fault=empty-body",
  "fault=truncated-json",
  "fault=wrong-type",
  "fault=origin-timeout",
  "fault=code-in-200",
  "code=1302",
  "code=1303",
  "code=5000",
  "code=5001",
  "code=1301",
  "code=gateway-rate-limit",
  "code=gateway-error",
  "refused",
  "silent",
];

/** A client and a simulator whose n-th request goes wrong in the way `next(n)` says; "" and undefined go well. */
export function faultyWorld(next: (count: number) => string | undefined, dialect: Dialect) {
  const clock = new TestClock();
  const mock = createMock({ dialect, clock: new MockClock(() => clock.now()) });
  const events: KlingEvent[] = [];
  let count = 0;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const fault = next(count) ?? "";
    count += 1;
    if (fault === "refused") {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
    }
    if (fault !== "" && fault !== "silent") request.headers.set("prefer", fault);
    const answer = await mock.fetch(request);
    return fault === "silent" ? new Promise<never>(() => {}) : answer;
  };
  const client = createKlingClient({
    apiKey: "sk-test-key",
    dialect,
    fetch,
    clock,
    onEvent: (event) => void events.push(event),
  });
  return { client, clock, mock, events };
}
