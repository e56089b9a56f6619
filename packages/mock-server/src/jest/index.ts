// Without it TypeScript 7 does not find the module that is added to below.
import type {} from "expect";
import { type MockMatchers, mockMatchers } from "../test-kit/index.js";

const { expect } = globalThis as { readonly expect?: { extend(matchers: typeof mockMatchers): void } };
if (!expect) {
  throw new Error(
    "@klingkit/mock-server/jest needs Jest's global `expect`: name it in `setupFilesAfterEnv`, or import it in a test.",
  );
}
expect.extend(mockMatchers);

// For tests that take `expect` from the global of @types/jest, and for those that import it from @jest/globals.
declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: each declaration of an interface has the same type parameters.
    interface Matchers<R, T = {}> extends MockMatchers<R> {}
  }
}
declare module "expect" {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends MockMatchers<R> {}
}
