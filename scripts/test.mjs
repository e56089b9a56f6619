// Every check and test, one after the other; ends with the line `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const tests = path.join(root, "tests");
const bin = (name, folder = root) => path.join(folder, "node_modules", ".bin", name);
const env = {
  ...process.env,
  FORCE_COLOR: process.env.CI ? "0" : (process.env.FORCE_COLOR ?? "1"),
  NO_UPDATE_NOTIFIER: "1",
  REDOCLY_TELEMETRY: "off",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
};

const checks = [
  { name: "build", command: [bin("turbo"), "run", "build", "--output-logs", "errors-only"], needed: true },
  { name: "format and lint", command: [bin("biome"), "ci", "."] },
  { name: "types of the generators", command: [bin("tsc"), "-p", "spec/generate"] },
  { name: "types of the tests", command: [bin("tsc"), "-p", "tsconfig.test.json"] },
  { name: "types of the site", command: [bin("tsc"), "-p", "apps/docs"] },
  { name: "site", command: [bin("turbo"), "run", "build:site", "--output-logs", "errors-only"] },
  {
    name: "contract",
    command: [bin("redocly", tests), "lint", "generated/openapi.json"],
    cwd: path.join(root, "spec"),
  },
  {
    name: "control API's document",
    command: [bin("redocly", tests), "lint", "control-api.yaml", "--extends", "recommended"],
    cwd: path.join(root, "packages", "mock-server"),
  },
  { name: "bundle sizes", command: [bin("size-limit", tests)], cwd: tests },
  { name: "unused code", command: [bin("knip", tests), "--directory", root] },
];

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const check of checks) {
  const ok = run(check);
  counts[ok ? "passed" : "failed"] += 1;
  if (!ok && check.needed) finish();
}
runVitest();
finish();

function run({ name, command, cwd = root }) {
  const started = Date.now();
  const [file, ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, env, encoding: "utf8", maxBuffer: 2 ** 28 });
  const ok = status === 0;
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(`${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`);
  return ok;
}

/** Runs vitest and adds up what it counted. */
function runVitest() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "klingkit-test-"));
  const report = path.join(folder, "report.json");
  const args = [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync(bin("vitest"), args, { cwd: root, env, stdio: "inherit" });
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
    counts.passed += numPassedTests;
    counts.failed += numFailedTests;
    counts.skipped += numPendingTests;
    // A file that can't be loaded, or an unhandled rejection, fails the run without failing a test.
    if (status !== 0 && numFailedTests === 0) counts.failed += 1;
  } catch {
    counts.failed += 1;
  }
  rmSync(folder, { recursive: true, force: true });
}

function finish() {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
}
