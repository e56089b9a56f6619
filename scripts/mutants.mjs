// `npm run test:mutants`: breaks the sources in many small ways and shows which breaks no test sees. Names as arguments
// choose subjects of `tests/mutants/subjects.mjs`; options are Stryker's, as `--concurrency 1` or `--mutate FILE`.
// Stryker brings 167 packages that nothing else needs, so it is fetched from the registry into a cache and is no dependency.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { subjects } from "../tests/mutants/subjects.mjs";
import { fetchPackages } from "./fetched.mjs";

const root = path.resolve(import.meta.dirname, "..");
const fetched = path.join(root, "node_modules", ".cache", "mutants");
/** The newest that runs on Node 20. */
const packages = ["@stryker-mutator/core@9.6.1", "@stryker-mutator/vitest-runner@9.6.1"];
/** Not below node_modules, where vitest would not look for tests. */
const cache = path.join(root, ".cache", "mutants");
const equivalent = JSON.parse(readFileSync(path.join(root, "tests/mutants/equivalent.json"), "utf8"));

const firstOption = process.argv.findIndex((argument, index) => index > 1 && argument.startsWith("-"));
const end = firstOption < 0 ? process.argv.length : firstOption;
const chosen = process.argv.slice(2, end);
const options = process.argv.slice(end);

const stranger = chosen.find((name) => !Object.hasOwn(subjects, name));
if (stranger) fail(`There is no subject "${stranger}". The subjects are ${Object.keys(subjects).join(", ")}.`);
if (!fetchPackages(fetched, packages, ["--legacy-peer-deps"])) fail("Stryker could not be fetched from the registry.");
mkdirSync(cache, { recursive: true });
const isGood = (chosen.length > 0 ? chosen : Object.keys(subjects)).map((name) => check(name, subjects[name]));
process.exitCode = isGood.every(Boolean) ? 0 : 1;

/** Runs one subject. @returns whether each of its files has the score it should have */
function check(name, { files, tests, least, isBuiltOnce = false }) {
  const report = path.join(cache, `${name}.json`);
  const config = path.join(cache, `${name}.config.json`);
  writeFileSync(config, JSON.stringify(configOf(name, { files, report }), undefined, 2));
  const bin = path.join(fetched, "node_modules/@stryker-mutator/core/bin/stryker.js");
  const folders = new Set(files.map((file) => /^!?(spec|packages\/[^/]+)/.exec(file)?.[1]));
  const env = {
    ...process.env,
    KLINGKIT_MUTANTS_TESTS: tests.join(" "),
    KLINGKIT_MUTANTS_PACKAGES: [...folders].join(" "),
    KLINGKIT_MUTANTS_WORKSPACE: root,
    KLINGKIT_MUTANTS_BUILT_ONCE: isBuiltOnce ? "1" : "",
  };
  const { status } = spawnSync(process.execPath, [bin, "run", config, ...options], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  if (status !== 0) return false;
  const rows = Object.entries(JSON.parse(readFileSync(report, "utf8")).files).map(([file, shown]) =>
    rowOf(file, shown),
  );
  console.log(`\n${name}, at least ${least} %`);
  for (const { file, score, seen, missed, excused } of rows) {
    const more = excused > 0 ? `, ${excused} equivalent` : "";
    console.log(`${score.toFixed(1).padStart(7)} %  ${file}: ${seen} of ${seen + missed.length}${more}`);
    for (const mutant of missed) console.log(`           ${mutant}`);
  }
  return rows.every(({ score }) => score >= least);
}

function configOf(name, { files, report }) {
  return {
    plugins: [path.join(fetched, "node_modules/@stryker-mutator/vitest-runner/dist/src/index.js")],
    testRunner: "vitest",
    vitest: { configFile: "tests/mutants/vitest.config.ts", related: false },
    coverageAnalysis: "perTest",
    mutate: files,
    // What no test on sources reads need not be copied.
    ignorePatterns: ["apps", "bench", "docs", "**/*.tsbuildinfo", ".cache", ".turbo"],
    tempDirName: path.join(".cache", "mutants", "sandbox"),
    incremental: true,
    incrementalFile: path.join(cache, `${name}.incremental.json`),
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: report },
    allowEmpty: true,
    allowConsoleColors: false,
  };
}

/** What became of a file's mutants; those that no test can see are told apart. */
function rowOf(file, { mutants, source }) {
  const lines = source.split("\n");
  const known = equivalent[file] ?? [];
  const counted = { seen: 0, excused: 0, missed: [] };
  for (const { status, mutatorName, replacement, location } of mutants) {
    if (status === "Killed" || status === "Timeout") counted.seen += 1;
    if (status !== "Survived" && status !== "NoCoverage") continue;
    const line = lines[location.start.line - 1].trim();
    if (known.some((one) => one.line === line && one.replacement === replacement)) counted.excused += 1;
    else
      counted.missed.push(
        `${location.start.line}:${location.start.column} ${mutatorName} ${status}: ${line}  =>  ${replacement}`,
      );
  }
  const total = counted.seen + counted.missed.length;
  return { file, ...counted, score: total === 0 ? 100 : (100 * counted.seen) / total };
}

function fail(message) {
  process.stderr.write(`klingkit: ${message}\n`);
  process.exit(2);
}
