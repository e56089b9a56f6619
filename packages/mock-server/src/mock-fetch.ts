import { createMock, type Mock } from "./mock.js";
import type { MockOptions } from "./options.js";

/** A `fetch` that asks a simulator of its own. */
export type MockFetch = typeof globalThis.fetch & { readonly mock: Mock };

/** Makes a simulator and hands out its `fetch`; the simulator is the function's `mock`. */
export function createMockFetch(options: MockOptions = {}): MockFetch {
  const mock = createMock(options);
  return Object.assign(mock.fetch, { mock });
}
