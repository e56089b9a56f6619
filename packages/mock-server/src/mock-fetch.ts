import { createMock, type Mock } from "./mock.js";
import type { MockOptions } from "./options.js";

/** A `fetch` that is answered by a simulator of its own. */
export type MockFetch = typeof globalThis.fetch & { readonly mock: Mock };

/** Makes a simulator and returns its `fetch`. The simulator itself is the property `mock` of the function. */
export function createMockFetch(options: MockOptions = {}): MockFetch {
  const mock = createMock(options);
  return Object.assign(mock.fetch, { mock });
}
