// Commands that are ended at random moments of `generate`: is every paid task found by `jobs`, finished by `resume --all`,
// and charged once? Needs a build. `node bench/cli-kill.mjs [kills for each dialect] [seed]`; ends with PASS or FAIL.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startMockServer } from "../packages/mock-server/dist/node/index.js";

const [kills = 30, seed = 1] = process.argv.slice(2).map(Number);
const root = path.resolve(import.meta.dirname, "..");
const bin = path.join(root, "packages/cli/dist/bin.js");
const picture = path.join(root, "examples/coffee.png");
/** A command is ended up to so long after one of its lines on stderr, in milliseconds. */
const longest = 600;
/** From before the first line to the last ones: price, sending, handle, three states. */
const mostLines = 6;
/** PIPE is what a reader that has left does: Node ignores the signal itself. */
const ends = ["SIGHUP", "SIGKILL", "SIGTERM", "SIGINT", "PIPE"];
/** Codes that say that certainly no task exists. */
const certainlyNone = [1, 2, 3, 6, 9, 129, 130, 143];

/** mulberry32: the same seed, the same moments. */
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

function start(args, env) {
  const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, ...env } });
  child.said = { out: "", err: "" };
  child.stdout.on("data", (part) => (child.said.out += part));
  child.stderr.on("data", (part) => (child.said.err += part));
  child.ended = once(child, "close");
  return child;
}

const fileOf = (folder, index) => path.join(folder, `${index}.mp4`);

/** Resolves when the command has printed so many lines on stderr: moments that do not depend on how busy the machine is. */
function linesOf(child, count) {
  return new Promise((resolve) => {
    const look = () => child.said.err.split("\n").length > count && resolve();
    child.stderr.on("data", look);
    look();
  });
}

/** Starts a command, ends it at a random moment, and says what its exit code claims. */
async function endOne(index, url, folder, env) {
  const end = ends[index % ends.length];
  const args = ["generate", picture, "--base-url", url, "--out", fileOf(folder, index)];
  const child = start([...args, "--prompt", `number ${index}`], env);
  await Promise.race([child.ended, linesOf(child, Math.floor(random() * (mostLines + 1)))]);
  const timer = setTimeout(() => {
    if (end !== "PIPE") return child.kill(end);
    child.stdout.destroy();
    child.stderr.destroy();
  }, random() * longest);
  const [code, signal] = await child.ended;
  clearTimeout(timer);
  // As a shell reports a process that a signal has ended.
  return { index, end, code: code ?? 128 + os.constants.signals[signal], signal };
}

async function runDialect(dialect) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "klingkit-bench-"));
  const server = await startMockServer({ port: 0, dialect, render: "none", maxRequests: 100_000 });
  const env = {
    KLINGKIT_STATE_DIR: path.join(folder, "state"),
    KLINGKIT_DIALECT: dialect,
    COMETAPI_KEY: "k",
    KLING_API_KEY: "k",
  };
  const faults = [];
  const runs = [];
  for (let index = 0; index < kills; index += 2)
    runs.push(...(await Promise.all([index, index + 1].map((one) => endOne(one, server.url, folder, env)))));
  const charges = () => server.mock.ledger.charges;
  const list = start(["jobs", "--simulated", "--finished", "--json"], env);
  await list.ended;
  const known = new Map(JSON.parse(list.said.out).jobs.map((job) => [job.external_task_id, job]));
  const paid = charges().map(({ externalTaskId }) => externalTaskId);
  for (const id of paid) if (!known.has(id)) faults.push(`jobs does not know ${id}`);
  const files = paid.map((id) => known.get(id)?.file ?? "");
  for (const { index, end, code } of runs)
    if (certainlyNone.includes(code) && files.includes(fileOf(folder, index)))
      faults.push(`run ${index} (${end}) ended with ${code}, which says that there is no task; there is one`);

  const resume = start(["resume", "--all", "--base-url", server.url], env);
  const [code] = await resume.ended;
  for (const file of files)
    if (!existsSync(file)) faults.push(`"${file}" is missing after resume --all (exit ${code}): ${resume.said.err}`);
  const ids = charges().map(({ externalTaskId }) => externalTaskId);
  if (new Set(ids).size !== ids.length || server.mock.ledger.duplicates.size > 0)
    faults.push("a task was charged twice");
  const unfinished = charges().filter((charge) => charge.state !== "charged").length;
  if (unfinished > 0) faults.push(`${unfinished} tasks in the ledger were not finished`);
  const codes = new Map();
  for (const { code, signal } of runs) codes.set(signal ?? code, (codes.get(signal ?? code) ?? 0) + 1);
  console.log(
    `${dialect}: ${runs.length} ended, ${charges().length} tasks paid for, resume --all ended with ${code};`,
    `exit codes ${[...codes].map(([name, count]) => `${name}: ${count}`).join(", ")}`,
  );
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  return faults;
}

const faults = [...(await runDialect("cometapi")), ...(await runDialect("kling"))];
for (const fault of faults) console.log(fault);
console.log(faults.length === 0 ? "PASS" : "FAIL");
process.exitCode = faults.length === 0 ? 0 : 1;
