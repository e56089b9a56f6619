import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Nothing a test makes stays in the user's cache folder, and nothing from there gets into a test. */
const env = { KLINGKIT_CACHE_DIR: "" };

/** Packages of the workspace are their sources, never what was built of them; the rest as vite has it. */
const conditions = ["klingkit-source", "module", "node", "development|production"];
const fromSources = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** What tests start gets an environment without the caller's colours and switches. */
const setupFiles = [fileURLToPath(new URL("tests/support/clean-environment.ts", import.meta.url))];

/**
 * Files of these packages share their worker's modules: to load every source again for each file took a third of the time.
 * A test that puts something in a module's place loads it afresh, and puts it back (`vi.resetModules`).
 */
const shared = { isolate: false };

/** Only what hangs takes so long: the machine may be busy with something else. */
const limits = (seconds: number) => ({ testTimeout: seconds * 1_000, hookTimeout: seconds * 2_000 });

/**
 * Branches of the sources that tests on sources have taken: `npm test` fails below these. What money depends on needs more.
 * A page's and a thread's code runs where this does not look.
 */
const mostBranches = { branches: 95 };
const coverage = {
  provider: "v8" as const,
  include: ["spec/src/**/*.ts", "packages/*/src/**/*.ts"],
  exclude: ["packages/studio/**", "packages/mock-server/src/browser/**", "**/render-worker.ts", "**/bin.ts"],
  reporter: ["text-summary" as const],
  reportsDirectory: "node_modules/.cache/coverage",
  thresholds: {
    branches: 90,
    "packages/core/src/{submit,task-store,limiter,tasks}/**": mostBranches,
    "packages/core/src/{watch,callbacks,download}/**": mostBranches,
    "packages/core/src/node/task-store/**": mostBranches,
    "packages/mock-server/src/engine/**": mostBranches,
    "spec/src/rules/**": mostBranches,
  },
};

const project = (name: string, root: string, options: { isolate?: boolean } = {}) => ({
  ...fromSources,
  test: {
    ...options,
    name,
    root,
    env,
    setupFiles,
    include: ["test/**/*.test.ts", "examples/vitest.test.ts", "examples/msw.test.ts"],
    ...limits(60),
  },
});

/** What takes long of the other projects. */
const long = /\/(contract-generator|fleet|steering|embedded)\.test\.ts$/;

/** Starts the files of `tests/` first: some take minutes, and a run should not end with one core waiting for them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ project, moduleId }: TestSpecification) =>
      Number(project.name === "tests" || long.test(moduleId));
    return (await super.sort(files)).sort((one, other) => isLong(other) - isLong(one));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // By itself vitest leaves a core free: of two, that is half of them, and a browser waits more than it works.
    maxWorkers: "100%",
    coverage,
    globalSetup: ["tests/support/derive.ts", "tests/support/network.ts"],
    projects: [
      project("spec", "./spec", shared),
      project("core", "./packages/core", shared),
      project("mock-server", "./packages/mock-server", shared),
      project("batch", "./packages/batch", shared),
      project("cli", "./packages/cli"),
      project("docs", "./apps/docs"),
      {
        ...fromSources,
        test: {
          name: "tests",
          root: "./tests",
          env,
          setupFiles,
          include: ["**/*.test.ts", "../examples/recipes/src/*.test.ts"],
          exclude: ["node_modules/**"],
          ...limits(300),
        },
      },
    ],
  },
});
