import { createKlingClient, type Dialect, type KlingEvent } from "@klingkit/core";
import { createMock, MockClock, faults as simulatorFaults } from "@klingkit/mock-server";
import { TestClock } from "../packages/core/test/helpers.js";

/** Refusals, in the simulator's words: certain ones, ambiguous ones, and those that pass with time. */
const refusals = ["1302", "1303", "5000", "5001", "1301", "gateway-rate-limit", "gateway-error"];

/** Faults in what the server knows: late tasks, two of one id, answers about others. Not every client survives them. */
const ofServer = [
  "accept-late",
  "lookup-lag",
  "uniqueness-lag",
  "no-uniqueness",
  "short-page",
  "other-task",
  "rewritten-id",
];

/** What can go wrong with a request, in the simulator's own words or on the way to it: every kind but those. */
export const faults: readonly string[] = [
  ...Object.keys(simulatorFaults)
    .filter((name) => !ofServer.includes(name))
    .map((name) => `fault=${name}`),
  ...refusals.map((code) => `code=${code}`),
  "silent",
];

/** Faults that say something about the request or the address, so that asking again can't help. */
const final = [
  "code=1301",
  "fault=invalid-request-500",
  "fault=redirect-html",
  "fault=html-403",
  "fault=html-404",
  "fault=html-413",
];

/** Faults that a query outlives. */
export const transientFaults = faults.filter((fault) => !final.includes(fault));

export interface FaultyRequest {
  readonly method: string;
  /** "" for one that went well. */
  readonly fault: string;
}

/** A client and a simulator whose n-th request goes wrong in the way `next(n)` says; "" and undefined go well. */
export function faultyWorld(next: (count: number) => string | undefined, dialect: Dialect) {
  const clock = new TestClock();
  const mock = createMock({ dialect, clock: new MockClock(() => clock.now()) });
  const events: KlingEvent[] = [];
  const requests: FaultyRequest[] = [];
  let count = 0;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const fault = next(count) ?? "";
    count += 1;
    requests.push({ method: request.method, fault });
    if (fault !== "" && fault !== "silent") request.headers.set("prefer", fault);
    const answer = await mock.fetch(request, { redirect: request.redirect });
    return fault === "silent" ? new Promise<never>(() => {}) : answer;
  };
  const client = createKlingClient({
    apiKey: "sk-test-key",
    dialect,
    fetch,
    clock,
    onEvent: (event) => void events.push(event),
  });
  return { client, clock, mock, events, requests };
}
