import { expect, test as vitestTest } from "vitest";
import { createMock, type Mock } from "../mock.js";
import type { MockOptions } from "../options.js";
import { type MockMatchers, mockMatchers } from "../test-kit/index.js";

/** What tests may ask for besides Vitest's own. */
export interface MockFixtures {
  /** Options of the simulator; `test.override({ mockOptions: { dialect: "kling" } })` gives a suite others. */
  readonly mockOptions: MockOptions;
  /** A simulator of the test's own, its clock standing still: push it with `mock.clock.advance(ms)`. */
  readonly mock: Mock;
}

/** Vitest's `test` with a simulator for each test that asks for one. */
export const test = vitestTest.extend<MockFixtures>({
  mockOptions: {},
  mock: async ({ mockOptions }, use) => {
    const mock = createMock(mockOptions);
    mock.clock.freeze();
    await use(mock);
    // Nothing of it may reach into the next test.
    await mock.close();
  },
});

expect.extend(mockMatchers);

declare module "vitest" {
  interface Matchers<T> extends MockMatchers {}
}
