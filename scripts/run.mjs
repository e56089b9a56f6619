// `npm start`, `npm test`, `npm run docs` and `npm run bench`: everything from a fresh clone, with Node's own modules only.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { namesPicture } from "./start-arguments.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [task, ...args] = process.argv.slice(2);
const { packageManager } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", npm_config_update_notifier: "false" };

checkNode();
if (task === "start") start();
else if (task === "test") test();
else if (task === "test:runtimes") testOutside("runtimes.mjs");
else if (task === "test:foreign") testOutside("foreign.mjs");
else if (task === "docs") docs();
else if (task === "bench") bench();
else fail(`There is no task "${task}". Use npm start, npm test, npm run docs or npm run bench.`);

function start() {
  install("start", ["--filter", ".", "--filter", "@klingkit/cli..."]);
  runStep("build", ["exec", "turbo", "run", "build", "--filter", "@klingkit/cli", "--output-logs", "errors-only"]);
  // npm runs scripts in the package's folder; paths are meant from where it was called.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const picture = path.relative(cwd, path.join(root, "examples", "coffee.png"));
  const given = namesPicture(args) ? args : [picture, ...args];
  // What the user gives comes last and wins.
  const command = [
    path.join(root, "packages/cli/dist/bin.js"),
    "generate",
    "--mock",
    "--out",
    `out${path.sep}`,
    ...given,
  ];
  // Ctrl-C reaches the command too; it has the last word.
  process.on("SIGINT", () => {});
  exit(spawnSync(process.execPath, command, { stdio: "inherit", cwd, env }));
}

function test() {
  // The peers that are measured against are many packages, which no test needs.
  install("all", ["--filter", "!@klingkit/bench"]);
  // Through pnpm, because turbo looks for it on the PATH.
  const [command, prefix] = pnpm();
  const run = [...prefix, "exec", "node", "scripts/test.mjs", ...args];
  exit(spawnSync(command, run, { stdio: "inherit", cwd: root, env, shell: process.platform === "win32" }));
}

/** What needs programs that are fetched: other runtimes, generators, clients of others. */
function testOutside(script) {
  install("all", ["--filter", "!@klingkit/bench"]);
  const filters = ["batch", "mock-server", "core"].flatMap((name) => ["--filter", `@klingkit/${name}`]);
  runStep("build", ["exec", "turbo", "run", "build", ...filters, "--output-logs", "errors-only"]);
  exit(
    spawnSync(process.execPath, [path.join(root, "scripts", script), ...args], {
      stdio: "inherit",
      cwd: root,
      env,
    }),
  );
}

/** Builds the site and serves it on this machine. */
function docs() {
  install("docs", ["--filter", ".", "--filter", "@klingkit/docs..."]);
  runStep("build", ["exec", "turbo", "run", "build:site", "--output-logs", "errors-only"]);
  process.on("SIGINT", () => {});
  const command = [path.join(root, "apps/docs/scripts/preview.mjs"), ...args];
  exit(spawnSync(process.execPath, command, { stdio: "inherit", cwd: root, env }));
}

/** Runs one measurement by its name, or lists the names. */
function bench() {
  const folder = path.join(root, "bench");
  const names = readdirSync(folder).flatMap((file) => (file.endsWith(".mjs") ? [file.slice(0, -".mjs".length)] : []));
  const [name, ...rest] = args;
  if (!names.includes(name)) {
    const list = names.map((known) => `  npm run bench -- ${known}\n`).join("");
    fail(`${name ? `There is no measurement "${name}". ` : ""}The measurements are\n${list}`);
  }
  install("bench", []);
  runStep("build", ["exec", "turbo", "run", "build", "--output-logs", "errors-only"]);
  const command = [path.join(folder, `${name}.mjs`), ...rest];
  exit(spawnSync(process.execPath, command, { stdio: "inherit", cwd: folder, env }));
}

/** Installs with the pinned pnpm, unless this lockfile has been installed already. */
function install(scope, filters) {
  const stamp = path.join(root, "node_modules", ".klingkit-installed");
  const hash = createHash("sha256")
    .update(readFileSync(path.join(root, "pnpm-lock.yaml")))
    .digest("hex");
  const installed = existsSync(stamp) ? readFileSync(stamp, "utf8").trim() : "";
  const covered = {
    start: ["start", "all", "bench"],
    docs: ["docs", "all", "bench"],
    all: ["all", "bench"],
    bench: ["bench"],
  };
  if (covered[scope].some((wider) => installed === `${wider} ${hash}`)) return;
  runStep("install", [...filters, "install", "--frozen-lockfile"]);
  writeFileSync(stamp, `${scope} ${hash}\n`);
}

/** Runs a step by pnpm, and shows its output only when it fails. */
function runStep(what, pnpmArgs) {
  process.stderr.write(`klingkit: ${what}${what === "install" ? " (once, about a minute)" : ""}...\n`);
  const [command, prefix] = pnpm();
  const result = spawnSync(command, [...prefix, ...pnpmArgs], {
    cwd: root,
    env,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    shell: process.platform === "win32",
  });
  if (result.status === 0) return;
  process.stderr.write(
    `${result.stdout ?? ""}${result.stderr ?? ""}${result.error ? `${result.error.message}\n` : ""}`,
  );
  fail(`The step "${what}" failed; what it printed stands above.`);
}

function pnpm() {
  return ["npx", ["--yes", packageManager.replace(/\+.*$/, "")]];
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

function fail(message) {
  process.stderr.write(`klingkit: ${message}\n`);
  process.exit(1);
}
