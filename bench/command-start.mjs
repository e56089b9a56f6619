// Processor time of `--help`: klingkit's command line beside those of others, and beside Node that does nothing. Needs Linux.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fetchPeer } from "./support/peers.mjs";
import { childrenMs } from "./support/processes.mjs";
import { isQuick, judge, publish } from "./support/report.mjs";
import { inRounds } from "./support/rounds.mjs";

const rounds = isQuick ? 2 : 7;
/** Linux counts in hundredths of a second, so that one start alone would be measured too coarsely. */
const startsPerRound = isQuick ? 1 : 3;
const baseline = "node -e 0";
const ours = "klingkit --help";
const root = path.resolve(import.meta.dirname, "..");

const subjects = [
  { name: baseline, args: ["-e", "0"] },
  { name: ours, args: [path.join(root, "packages/cli/dist/bin.js"), "--help"] },
  peer("kling --help (kling-api 1.0)", "kling-api@1.0.0", "kling-api/dist/cli.js"),
  {
    name: "prism --help",
    args: [path.join(import.meta.dirname, "node_modules/@stoplight/prism-cli/dist/index.js"), "--help"],
  },
  peer("mockoon-cli --help", "@mockoon/cli@9.9.0", "@mockoon/cli/bin/run.js"),
  peer("vercel --help", "vercel@39.4.2", "vercel/dist/index.js"),
];
const measured = await inRounds(
  subjects.filter(({ args }) => args),
  { rounds },
  ({ args }) => {
    const before = childrenMs();
    for (let start = 0; start < startsPerRound; start += 1) spawnSync(process.execPath, args);
    return (childrenMs() - before) / startsPerRound;
  },
);
const ratio = publish({
  title: "start of a command line",
  unit: "ms of processor time",
  better: "less",
  baseline,
  subjects: subjects.map((subject) => ({ ...subject, values: measured.get(subject) })),
});
judge("klingkit --help, of bare Node", ratio(ours), { atMost: 1.5 });

function peer(name, spec, bin) {
  const folder = fetchPeer([spec]);
  if (!folder) return { name, problem: "the registry does not give it" };
  return { name, args: [path.join(folder, "node_modules", bin), "--help"] };
}
