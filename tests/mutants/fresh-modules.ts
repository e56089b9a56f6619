import { env } from "node:process";
import { beforeEach, inject, vi } from "vitest";

// Each mutant has modules of its own, which its test files share: what a module has once worked out would hide the next
// mutant, or be a mutant's. The names are those that Stryker's set-up file, which runs before, shares with the tests.

declare module "vitest" {
  interface ProvidedContext {
    readonly globalNamespace: string;
    readonly activeMutant?: string;
    readonly mutantActivation?: "runtime" | "static";
  }
}

interface StrykerState {
  activeMutant?: string | undefined;
  /** The test that what runs now counts for. */
  currentTestId?: string | undefined;
  modulesOf?: string | undefined;
}

const state = Reflect.get(globalThis, inject("globalNamespace")) as StrykerState;
const mutant = inject("activeMutant");
if (mutant !== state.modulesOf) {
  // The last one's would be in effect while the modules are loaded.
  if (inject("mutantActivation") === "runtime") state.activeMutant = undefined;
  vi.resetModules();
  state.modulesOf = mutant;
}

// What runs in no test counts for all of them.
if (env.KLINGKIT_MUTANTS_BUILT_ONCE)
  beforeEach(() => {
    state.currentTestId = undefined;
  });
