// Every suite, one after the other: npm run bench [-- --quick] [--check] [--write] [NAME …]
// --quick: few rounds. --check: fails where a ratio is worse than bench/expected.json allows. --write: renews that file and
// bench/results. Names choose suites.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { suites } from "./suites.mjs";
import { expectedOf, missesOf } from "./support/expected.mjs";
import { circumstances } from "./support/machine.mjs";
import { runSuite } from "./support/run-suite.mjs";
import { markdownOf } from "./support/written.mjs";

const flag = { type: "boolean", default: false };
const { values, positionals } = read();
const expectedFile = path.join(import.meta.dirname, "expected.json");
const expected = JSON.parse(readFileSync(expectedFile, "utf8"));

const results = [];
for (const suite of suites) {
  if (positionals.length > 0 && !positionals.includes(suite.script)) continue;
  process.stderr.write(`${suite.title}…\n`);
  results.push(await runSuite(suite, values.quick));
}
const run = { circumstances: circumstances(), isQuick: values.quick, suites: results };
console.log(markdownOf(run));
if (values.write) write();
if (values.check) check();
if (results.some(({ problem }) => problem)) process.exitCode = 1;

function read() {
  const known = suites.map(({ script }) => script);
  try {
    const read = parseArgs({ allowPositionals: true, options: { quick: flag, check: flag, write: flag } });
    const unknown = read.positionals.find((name) => !known.includes(name));
    if (unknown === undefined) return read;
    console.error(`There is no suite "${unknown}". The suites are ${known.join(", ")}.`);
  } catch (error) {
    console.error(
      `${error.message.split(". ")[0]}.\nKnown are --quick, --check, --write and names of suites: ${known.join(", ")}.`,
    );
  }
  process.exit(2);
}

function write() {
  const folder = path.join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "bench.json"), `${JSON.stringify(run, null, 2)}\n`);
  writeFileSync(path.join(folder, "bench.md"), `${markdownOf(run)}\n`);
  writeFileSync(expectedFile, `${JSON.stringify(expectedOf(run, expected), null, 2)}\n`);
}

function check() {
  const misses = missesOf(run, expected);
  for (const miss of misses) console.error(`MISSED ${miss}`);
  if (misses.length > 0) process.exitCode = 1;
  else console.error("Every ratio is within its margin.");
}
