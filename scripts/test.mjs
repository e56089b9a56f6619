// Every check, as many at a time as there are cores, then every test. Says what took longest, and ends with the line
// `N passed, N failed`.
// With `--quick` what needs a browser, the site or a registry is left out. Other arguments are vitest's.
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { cleanEnvironment } from "./clean-environment.mjs";

const execute = promisify(execFile);
const root = path.resolve(import.meta.dirname, "..");
const tests = path.join(root, "tests");
const bin = (name, folder = root) => path.join(folder, "node_modules", ".bin", name);
const isQuick = process.argv.includes("--quick");
const vitestArguments = process.argv.slice(2).filter((argument) => argument !== "--quick");
/** What checks are run with; vitest gets the caller's own, to colour its report, and cleans it for the tests. */
const env = {
  ...cleanEnvironment({ ...process.env }),
  NO_UPDATE_NOTIFIER: "1",
  REDOCLY_TELEMETRY: "off",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
};

const build = { name: "build", command: [bin("turbo"), "run", "build", "--output-logs", "errors-only"] };

/** Independent of each other; the longest first. */
const checks = [
  { name: "site", command: [bin("turbo"), "run", "build:site", "--output-logs", "errors-only"], slow: true },
  { name: "format and lint", command: [bin("biome"), "ci", "."] },
  { name: "types of the generators", command: [bin("tsc"), "-p", "spec/generate"] },
  { name: "types of the tests", command: [bin("tsc"), "-p", "tsconfig.test.json"] },
  { name: "types of the Next.js example", command: [bin("tsc"), "-p", "examples/nextjs"] },
  { name: "types of the site", command: [bin("tsc"), "-p", "apps/docs"], slow: true },
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
  { name: "known vulnerabilities", command: [process.execPath, "scripts/audit.mjs"], slow: true },
];

/** Named one by one: of several projects that are to be left out, vitest leaves out none. */
const quickProjects = ["spec", "core", "mock-server", "batch", "cli"];

const counts = { passed: 0, failed: 0, skipped: 0 };
/** Each check and test file with its seconds. */
const times = [];
if ((await run(build)) === "failed") finish();
const left = checks.filter(({ slow }) => !isQuick || !slow);
await Promise.all(Array.from({ length: os.availableParallelism() }, runLeft));
runVitest();
finish();

/** Takes one check after the other from those that are left. */
async function runLeft() {
  for (let check = left.shift(); check; check = left.shift()) await run(check);
}

/** @returns what it counts as; a check that prints "skipped: …" could not be made on this machine */
async function run({ name, command: [file, ...args], cwd = root }) {
  const started = Date.now();
  const { ok, output } = await execute(file, args, { cwd, env, maxBuffer: 2 ** 28 }).then(
    ({ stdout }) => ({ ok: true, output: stdout }),
    ({ stdout, stderr, message }) => ({ ok: false, output: `${stdout}${stderr}` || message }),
  );
  const [skipped] = (ok && /^skipped: .*$/m.exec(output)) || [];
  const seconds = (Date.now() - started) / 1000;
  times.push({ name, seconds });
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)${skipped ? `, ${skipped}` : ""}`);
  if (!ok) console.log(output);
  const result = ok ? (skipped ? "skipped" : "passed") : "failed";
  counts[result] += 1;
  return result;
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
    ...(isQuick ? quickProjects.map((name) => `--project=${name}`) : []),
    // Of a part of the tests it would say nothing.
    ...(vitestArguments.length === 0 ? ["--coverage"] : vitestArguments),
  ];
  const { status } = spawnSync(bin("vitest"), args, { cwd: root, stdio: "inherit" });
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
    for (const { name, startTime, endTime } of testResults)
      times.push({ name: path.relative(root, name), seconds: (endTime - startTime) / 1000 });
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

/** Where a run that became slow has become so. Test files run beside each other, so that their times overlap. */
function printLongest() {
  const longest = times.sort((one, other) => other.seconds - one.seconds).slice(0, 10);
  console.log("\nlongest, in seconds:");
  for (const { name, seconds } of longest) console.log(`${seconds.toFixed(1).padStart(7)}  ${name}`);
}

function finish() {
  printLongest();
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
}
