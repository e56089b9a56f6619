// Processor time of the commands that only print, beside Node that does nothing: medians of one run. Needs a build and Linux.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { childrenMs } from "./support/processes.mjs";
import { judge, median, printTable } from "./support/report.mjs";

const rounds = 7;
/** Linux counts in hundredths of a second, so that one start alone would be measured too coarsely. */
const startsPerRound = 5;
const bin = path.resolve(import.meta.dirname, "../packages/cli/dist/bin.js");
const starts = {
  "node -e 0": ["-e", "0"],
  "klingkit --help": [bin, "--help"],
  "klingkit --version": [bin, "--version"],
  "klingkit completion bash": [bin, "completion", "bash"],
};

const times = new Map(Object.keys(starts).map((name) => [name, []]));
for (let round = -1; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(starts)) {
    const before = childrenMs();
    for (let start = 0; start < startsPerRound; start += 1) spawnSync(process.execPath, args);
    if (round >= 0) times.get(name).push((childrenMs() - before) / startsPerRound);
  }
}

const [bare, ...commands] = times.entries();
printTable([
  ["processor time of a start, ms", "median", "best"],
  ...[...times].map(([name, all]) => [name, median(all).toFixed(1), Math.min(...all).toFixed(1)]),
]);
for (const [name, all] of commands) judge(`${name} over ${bare[0]}`, median(all) / median(bare[1]), { atMost: 1.3 });
