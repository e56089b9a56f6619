// Cold import: the processor time of a new process that only loads an SDK's client, beside one that loads nothing.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fetchPeer } from "./support/peers.mjs";
import { isQuick, judge, median, publish } from "./support/report.mjs";
import { inRounds } from "./support/rounds.mjs";
import { sdks } from "./support/sdks.mjs";

const rounds = isQuick ? 2 : 7;
const bare = "node, nothing imported";
const subjects = [{ name: bare, packages: [], statement: "" }, ...sdks].map(prepare);
const measured = await inRounds(
  subjects.filter(({ problem }) => !problem),
  { rounds },
  cpuMilliseconds,
);
publish({
  title: "cold import, processor time",
  unit: "ms",
  better: "less",
  baseline: bare,
  subjects: subjects.map((subject) => ({ ...subject, values: measured.get(subject) })),
});
const medianOf = (wanted) => median([...measured].find(([{ name }]) => name === wanted)?.[1] ?? []);
const over = (name) => medianOf("klingkit") - medianOf(name);
const reason = "the client is one file of 140 kB that is not minified, so that stack traces show what was written";
judge("cold import, ms more than node alone", over(bare), { atMost: 15, digits: 1, reason });
judge("cold import, ms more than openapi-fetch", over("openapi-fetch"), { atMost: 10, digits: 1, reason });

/** Writes a program that imports the client, beside the packages, and runs it once. */
function prepare({ name, packages, statement }) {
  const folder = packages.length > 0 ? fetchPeer(packages) : path.join(import.meta.dirname, "node_modules");
  if (!folder) return { name, problem: "the registry does not give it" };
  const file = path.join(folder, `.import-${name.replaceAll(/\W+/g, "-")}.mjs`);
  const tell = "const { user, system } = process.cpuUsage(); console.log((user + system) / 1_000);\nprocess.exit();";
  writeFileSync(file, `${statement};\n${tell}\n`);
  try {
    cpuMilliseconds({ file });
    return { name, file };
  } catch (error) {
    const said = String(error.stderr ?? error.message).split("\n");
    return { name, problem: said.find((line) => line.includes("Error")) ?? said[0] };
  }
}

function cpuMilliseconds({ file }) {
  return Number(execFileSync(process.execPath, [file], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }));
}
