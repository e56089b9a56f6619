// Cold import: how long a new process takes to load klingkit's client, beside openapi-fetch alone. Processes alternate.
import { execFileSync } from "node:child_process";
import process from "node:process";
import { judge, median, printTable } from "./support/report.mjs";

const rounds = 31;
const packages = { "openapi-fetch": "openapi-fetch", klingkit: "@klingkit/core" };
const script = (name) =>
  `const started = performance.now(); await import("${name}"); console.log(performance.now() - started);`;

const times = Object.fromEntries(Object.keys(packages).map((label) => [label, []]));
for (let round = -1; round < rounds; round += 1) {
  for (const [label, name] of Object.entries(packages)) {
    const args = ["--input-type=module", "--eval", script(name)];
    const milliseconds = Number(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: "utf8" }));
    // The first round warms the file cache.
    if (round >= 0) times[label].push(milliseconds);
  }
}
const medians = Object.entries(times).map(([label, values]) => [label, median(values)]);
printTable([["", "ms to import"], ...medians.map(([label, ms]) => [label, ms.toFixed(1)])]);
const { klingkit, "openapi-fetch": base } = Object.fromEntries(medians);
judge("ms more than openapi-fetch", klingkit - base, { atMost: 10, digits: 1 });
