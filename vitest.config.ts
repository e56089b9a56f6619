import { defineConfig } from "vitest/config";

/** Nothing a test makes stays in the user's cache folder, and nothing from there gets into a test. */
const env = { KLINGKIT_CACHE_DIR: "" };

const project = (name: string, root: string) => ({
  test: {
    name,
    root,
    env,
    include: ["test/**/*.test.ts", "examples/vitest.test.ts", "examples/msw.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // By itself vitest leaves a core free: of two, that is half of them, and a browser waits more than it works.
    maxWorkers: "100%",
    projects: [
      project("spec", "./spec"),
      project("core", "./packages/core"),
      project("mock-server", "./packages/mock-server"),
      project("batch", "./packages/batch"),
      project("cli", "./packages/cli"),
      project("docs", "./apps/docs"),
      {
        test: {
          name: "tests",
          root: "./tests",
          env,
          include: ["**/*.test.ts"],
          exclude: ["node_modules/**"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
