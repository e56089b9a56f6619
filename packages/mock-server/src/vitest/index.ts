import { expect, test as vitestTest } from "vitest";
import { createMock, type Mock } from "../mock.js";
import type { MockOptions } from "../options.js";
import { type MockMatchers, mockMatchers } from "../test-kit/index.js";

/** What tests may ask for besides Vitest's own. */
export interface MockFixtures {
  /** Options of the simulator; `test.override({ mockOptions: { dialect: "kling" } })` gives a suite others. */
  readonly mockOptions: MockOptions;
  /**
   * A simulator of the test's own. Its clock stands still: push it with `mock.clock.advance(ms)`, or let it run with
   * `mock.clock.unfreeze()`. A test that waits for a task while it stands is told so on the console.
   */
  readonly mock: Mock;
}

/** Vitest's `test` with a simulator for each test that asks for one. */
export const test = vitestTest.extend<MockFixtures>({
  mockOptions: {},
  mock: async ({ mockOptions }, use) => {
    const mock = createMock(mockOptions);
    mock.clock.freeze();
    explainWaiting(mock);
    await use(mock);
    // Nothing of it may reach into the next test.
    await mock.close();
  },
});

/** So many queries of one task between two movements of the clock: a client is waiting for it. */
const queriesOfWaiting = 3;

/** Says once on the console why nothing happens, where a client waits for a task and the clock stands still. */
function explainWaiting({ events, clock }: Mock): void {
  const queries = new Map<string, number>();
  const stop = events.subscribe(({ type, detail }) => {
    if (type === "clock") queries.clear();
    if (type !== "request" || detail.method !== "GET" || detail.taskId === null || !clock.frozen) return;
    const count = (queries.get(detail.taskId) ?? 0) + 1;
    queries.set(detail.taskId, count);
    if (count < queriesOfWaiting || !detail.answer?.body?.match(/"task_status": ?"(submitted|processing)"/)) return;
    stop();
    // biome-ignore lint/suspicious/noConsole: where the author of a test looks
    console.warn(
      `klingkit: task ${detail.taskId} is being waited for, but this simulator's clock stands still. ` +
        "Push it with mock.clock.advance(60_000), or let it run with mock.clock.unfreeze().",
    );
  });
}

expect.extend(mockMatchers);

declare module "vitest" {
  interface Matchers<T> extends MockMatchers {}
}
