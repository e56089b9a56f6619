import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * Runs a test file with more rounds than `npm test` gives it, and ends with its result.
 * @param {string} project
 * @param {string} file
 * @param {Record<string, string>} env what the test reads its number of rounds from
 */
export function runTests(project, file, env) {
  const args = ["run", "--project", project, file, "--disable-console-intercept"];
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(process.execPath, [vitest, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
