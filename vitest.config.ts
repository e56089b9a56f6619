import { defineConfig } from "vitest/config";

const project = (name: string, root: string) => ({
  test: {
    name,
    root,
    include: ["test/**/*.test.ts", "examples/vitest.test.ts", "examples/msw.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      project("spec", "./spec"),
      project("core", "./packages/core"),
      project("mock-server", "./packages/mock-server"),
      project("cli", "./packages/cli"),
      {
        test: {
          name: "tests",
          root: "./tests",
          include: ["**/*.test.ts"],
          exclude: ["node_modules/**"],
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
