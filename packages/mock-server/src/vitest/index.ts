import { expect, test as vitestTest } from "vitest";
import { createMock, type Mock } from "../mock.js";
import type { MockOptions } from "../options.js";
import { type MockMatchers, mockMatchers } from "../test-kit/index.js";

/** Fixtures that tests can use besides Vitest's own. */
export interface MockFixtures {
  /** Options of the simulator. `test.override({ mockOptions: { dialect: "kling" } })` changes them for a suite. */
  readonly mockOptions: MockOptions;
  /**
   * A simulator for this test only. Its clock stands still: let it run with `mock.clock.unfreeze()`, or advance it with
   * `mock.clock.advance(ms)`. If the test times out because it waits for a task while the clock stands still, the error
   * says so.
   */
  readonly mock: Mock;
}

/** Vitest's `test` with a simulator for each test that asks for one. */
export const test = vitestTest.extend<MockFixtures>({
  mockOptions: {},
  mock: async ({ mockOptions, task }, use) => {
    const mock = createMock(mockOptions);
    mock.clock.freeze();
    const awaited = tasksAwaited(mock);
    await use(mock);
    // Nothing of it may reach into the next test.
    await mock.close();
    // The time-out by itself advises a longer one, which does not help.
    const [id] = task.result?.state === "fail" ? awaited : [];
    if (id !== undefined) throw new Error(standsStill(id));
  },
});

/** So many queries of one task between two movements of the clock: a client is waiting for it. */
const queriesOfWaiting = 3;

/** The tasks that are being waited for in vain, as long as the clock stands still. */
function tasksAwaited({ events, clock }: Mock): ReadonlySet<string> {
  const queries = new Map<string, number>();
  const awaited = new Set<string>();
  events.subscribe(({ type, detail }) => {
    if (type === "clock") {
      queries.clear();
      awaited.clear();
    }
    if (type !== "request" || detail.method !== "GET" || detail.taskId === null || !clock.frozen) return;
    const count = (queries.get(detail.taskId) ?? 0) + 1;
    queries.set(detail.taskId, count);
    const isUnfinished = /"task_status": ?"(submitted|processing)"/.test(detail.answer?.body ?? "");
    if (count >= queriesOfWaiting && isUnfinished) awaited.add(detail.taskId);
  });
  return awaited;
}

function standsStill(id: string): string {
  return (
    `Task ${id} was waited for, but the simulator's clock stands still. Let it run before you wait, with ` +
    "mock.clock.unfreeze() and mock.clock.setSpeed(100), or advance it after the submit with mock.clock.advance(60_000)."
  );
}

expect.extend(mockMatchers);

// Vitest's own `Matchers` has other type parameters in each major version; its assertions extend Chai's in all of them.
declare global {
  namespace Chai {
    interface Assertion extends MockMatchers {}
  }
}
