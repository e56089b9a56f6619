// `npm start`, `npm test`, `npm run docs`, `npm run pack` and the others: everything from a fresh clone, with Node's own
// modules only until the packages are installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { pnpmCommand } from "./pnpm.mjs";
import { missingPictureOf, namesPicture, unknownFlagOf } from "./start-arguments.mjs";
import { explainBuild, explainInstall, readBuild, readInstall, runStep } from "./steps.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [task, ...args] = process.argv.slice(2);
const env = {
  // Without a network npm would wait for more than a minute before it says so.
  ...{ npm_config_fetch_retry_mintimeout: "1000", npm_config_fetch_retry_maxtimeout: "5000" },
  ...process.env,
  ...{ TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", npm_config_update_notifier: "false" },
};
/** npm runs scripts in the package's folder; paths are meant from where it was called. */
const calledFrom = process.env.INIT_CWD ?? process.cwd();
const tasks = {
  start,
  test,
  docs,
  pack,
  bench,
  "test:runtimes": () => testOutside("runtimes.mjs"),
  "test:foreign": () => testOutside("foreign.mjs"),
  "test:consumers": () => testOutside("consumers.mjs"),
  "test:mutants": () => testOutside("mutants.mjs"),
};

/**
 * What is installed: the command line and what it needs, the site too, everything, and the peers that are measured. The
 * seconds are for two cores that do nothing else: measured for `start`, for the others by their number of packages.
 */
const scopes = {
  start: {
    filters: ["--filter", ".", "--filter", "@klingkit/cli..."],
    within: ["docs", "all", "bench"],
    usualSeconds: 30,
  },
  docs: { filters: ["--filter", ".", "--filter", "@klingkit/docs..."], within: ["all", "bench"], usualSeconds: 60 },
  all: { filters: ["--filter", "!@klingkit/bench"], within: ["bench"], usualSeconds: 75 },
  bench: { filters: [], within: [], usualSeconds: 90 },
};
/** The same for turbo's tasks, with all that they depend on. */
const usualBuildSeconds = { build: 45, "build:site": 120 };
/** What the command line is built of, itself last. */
const commandLine = ["spec", "packages/core", "packages/mock-server", "packages/batch", "packages/cli"];

checkNode();
if (Object.hasOwn(tasks, task)) await tasks[task]();
else fail(`There is no task "${task}". Use npm start, npm test, npm run docs or npm run bench.`);

async function start() {
  // Once it is installed, the command line itself knows its options, those of a changed contract too.
  const problem = (isInstalled("start") ? undefined : unknownFlagOf(args)) ?? missingPictureOf(args, calledFrom);
  if (problem) fail(problem, 2);
  await setUp("start", { filters: ["--filter", "@klingkit/cli"], folders: commandLine });
  const picture = path.relative(calledFrom, path.join(root, "examples", "coffee.png"));
  const given = namesPicture(args) ? args : [picture, ...args];
  // What the user gives comes last and wins.
  const command = ["generate", "--mock", "--out", `out${path.sep}`, ...given];
  run(path.join(root, "packages/cli/dist/bin.js"), command, calledFrom);
}

async function test() {
  if (!isInstalled("all")) await install("all", "1/1");
  // Through pnpm, because turbo looks for it on the PATH.
  const [command, prefix] = pnpmCommand();
  const testing = [...prefix, "exec", "node", "scripts/test.mjs", ...args];
  exit(spawnSync(command, testing, { stdio: "inherit", cwd: root, env, shell: process.platform === "win32" }));
}

/** What needs programs that are fetched: other runtimes, generators, clients of others. */
async function testOutside(script) {
  await setUp("all", { filters: ["--filter", "@klingkit/cli"], folders: commandLine });
  run(path.join(root, "scripts", script), args, root);
}

/** Builds the site and serves it on this machine. */
async function docs() {
  const [port = "0"] = args;
  if (args.length > 1 || !/^\d+$/.test(port) || Number(port) > 65_535)
    fail(`"${args.join(" ")}" is no port. Give one number up to 65535, or none: npm run docs -- 4602`, 2);
  await setUp("docs", { task: "build:site", filters: [], folders: ["apps/docs"] });
  run(path.join(root, "apps/docs/scripts/preview.mjs"), args, root);
}

/** Packs the published packages, so that a project can install them without a registry. */
async function pack() {
  const [folder] = args;
  if (args.length > 1 || folder?.startsWith("-"))
    fail(`"${args.join(" ")}" is no folder. Give one, or none: npm run pack -- ../your-project/vendor`, 2);
  await setUp("start", { filters: ["--filter", "@klingkit/cli"], folders: commandLine });
  run(path.join(root, "scripts/pack.mjs"), folder === undefined ? [] : [path.resolve(calledFrom, folder)], root);
}

/** Runs one measurement by its name, or all that belong together; lists the names where there is no such one. */
async function bench() {
  const folder = path.join(root, "bench");
  const names = readdirSync(folder).flatMap((file) => (file.endsWith(".mjs") ? [file.slice(0, -".mjs".length)] : []));
  const isAll = args.length === 0 || args[0].startsWith("--");
  const [name, ...rest] = isAll ? ["all", ...args] : args;
  if (!names.includes(name)) {
    const list = names.map((known) => `  npm run bench -- ${known}\n`).join("");
    fail(`There is no measurement "${name}". The measurements are\n${list}`);
  }
  await setUp("bench", { filters: [], folders: [] });
  run(path.join(folder, `${name}.mjs`), rest, folder);
}

/**
 * Installs and builds what is not there yet.
 * @param {keyof typeof scopes} scope
 * @param {{ task?: "build" | "build:site", filters: readonly string[], folders: readonly string[] }} build what turbo is
 * asked for, and the folders which show that it is there already; none: turbo decides
 */
async function setUp(scope, { task = "build", filters, folders }) {
  const mustInstall = !isInstalled(scope);
  if (mustInstall) await install(scope, "1/2");
  // It imports what has just been installed.
  const { isFresh, tasksBehind } = await import("./freshness.mjs");
  if (folders.length > 0 && folders.every((folder) => isFresh(folder, task))) return;
  const total = folders.length > 0 ? tasksBehind(folders.at(-1), task) : 0;
  const asked = ["exec", "turbo", "run", task, ...filters, "--output-logs=full", "--log-order=stream"];
  const place = mustInstall ? "2/2" : "1/1";
  const usualSeconds = usualBuildSeconds[task];
  await step({
    name: "build",
    place,
    unit: "parts",
    usualSeconds,
    read: readBuild,
    explain: explainBuild,
    total,
    asked,
  });
}

/** Whether this lockfile has been installed already, as far as the scope needs. */
function isInstalled(scope) {
  if (!existsSync(stampFile())) return false;
  const installed = readFileSync(stampFile(), "utf8").trim();
  return [scope, ...scopes[scope].within].some((wider) => installed === `${wider} ${lockHash()}`);
}

async function install(scope, place) {
  const asked = [...scopes[scope].filters, "install", "--frozen-lockfile", "--reporter=ndjson"];
  const { usualSeconds } = scopes[scope];
  const reading = { read: readInstall, explain: explainInstall };
  await step({ name: "install", place, unit: "packages", usualSeconds, ...reading, asked });
  writeFileSync(stampFile(), `${scope} ${lockHash()}\n`);
}

async function step({ asked, ...described }) {
  const [command, prefix] = pnpmCommand();
  const isDone = await runStep({ ...described, command, args: [...prefix, ...asked], cwd: root, env });
  if (!isDone) fail(`The step "${described.name}" failed; what it printed stands above.`);
}

function stampFile() {
  return path.join(root, "node_modules", ".klingkit-installed");
}

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(path.join(root, "pnpm-lock.yaml")))
    .digest("hex");
}

/** Hands over to a program. Ctrl-C reaches it too, and it has the last word. */
function run(script, given, cwd) {
  process.on("SIGINT", () => {});
  exit(spawnSync(process.execPath, [script, ...given], { stdio: "inherit", cwd, env }));
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);
}

function exit({ status, signal, error }) {
  if (error) fail(error.message);
  process.exitCode = signal ? 130 : (status ?? 1);
}

function fail(message, code = 1) {
  process.stderr.write(`klingkit: ${message}\n`);
  process.exit(code);
}
