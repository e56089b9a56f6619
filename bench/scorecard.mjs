// The torture scorecard: what SDKs do when creates and polls go wrong, counted by the simulator's ledger.
// npm run bench -- scorecard [NAME …] [--adapter FILE …] [--write]
import { fork } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { markdownOf, summaryOf } from "./scorecard/table.mjs";
import { circumstances } from "./support/machine.mjs";
import { judge } from "./support/report.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    adapter: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean" },
    write: { type: "boolean" },
  },
});
const folder = path.join(import.meta.dirname, "scorecard", "adapters");
const calledFrom = process.env.INIT_CWD ?? process.cwd();
const isChosen = (file) => positionals.length === 0 || positionals.includes(path.basename(file, ".mjs"));
const files = [
  ...readdirSync(folder)
    .filter(isChosen)
    .sort(oursFirst)
    .map((file) => path.join(folder, file)),
  ...values.adapter.map((file) => path.resolve(calledFrom, file)),
];
if (files.length === 0) {
  const known = readdirSync(folder).map((file) => path.basename(file, ".mjs"));
  console.error(`There is no adapter "${positionals.join(" ")}". Known: ${known.join(", ")}.`);
  process.exit(2);
}

const subjects = [];
for (const batch of batchesOf(files, 4)) subjects.push(...(await Promise.all(batch.map(play))));
const scorecard = { circumstances: circumstances(), subjects };
const markdown = markdownOf(scorecard);
console.log(markdown);
if (values.write) writeForSite();
// What klingkit promises.
for (const { name, cells, problem } of subjects) {
  if (!name.startsWith("klingkit")) continue;
  if (problem) {
    console.error(`${name} was not run: ${problem}`);
    process.exitCode = 1;
  }
  const { doubles, pollDoubles, lost, misled, posts, finished, counts } = cells ? summaryOf({ name, cells }) : {};
  judge(`${name}: double charges`, doubles + pollDoubles, { atMost: 0, digits: 0 });
  judge(`${name}: tasks lost`, Number(lost), { atMost: 0, digits: 0 });
  judge(`${name}: refusals taken for success`, Number(misled), { atMost: 0, digits: 0 });
  judge(`${name}: POSTs in spoilt creates`, Number(posts), { atMost: counts?.creates ?? 0, digits: 0 });
  judge(`${name}: polls survived`, Number(finished), { atLeast: counts?.polls ?? 0, digits: 0 });
}

/** One adapter, in a process of its own. */
function play(file) {
  return new Promise((resolve) => {
    const child = fork(path.join(import.meta.dirname, "scorecard", "child.mjs"), [file], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let outcome;
    let errors = "";
    child.stderr.on("data", (text) => {
      errors = (errors + text).slice(-2_000);
    });
    child.on("message", (message) => {
      outcome = message;
    });
    child.on("exit", () => {
      const problem = errors.trim().split("\n").at(-1) || "it ended without a result";
      resolve(outcome ?? { name: path.basename(file, ".mjs"), packages: [], problem });
    });
  });
}

/** Renews what the site shows. */
function writeForSite() {
  const place = path.resolve(import.meta.dirname, "../apps/docs/src/measured");
  writeFileSync(path.join(place, "scorecard.json"), `${JSON.stringify(scorecard, null, 2)}\n`);
  writeFileSync(path.join(place, "scorecard.md"), `${markdown}\n`);
}

function batchesOf(items, size) {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function oursFirst(one, other) {
  return (
    Number(other.startsWith("klingkit")) - Number(one.startsWith("klingkit")) ||
    path.parse(one).name.localeCompare(path.parse(other).name)
  );
}
