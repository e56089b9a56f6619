// What a batch does while its processes are killed: rows, charges, refusals for the cap, and wall time over rows × duration ÷ cap.
// Needs a build and, for the fleet, redis-server. `node bench/batch-kill.mjs embedded|fleet kling|cometapi [rows] [faults] [kills]`
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startMockServer } from "../packages/mock-server/dist/node/index.js";
import { startRedis } from "../tests/support/redis-server.mjs";

const [engine = "embedded", dialect = "kling", rows = "1000", faults = "0.2", kills = "30"] = process.argv.slice(2);
const [count, cap, taskMs] = [Number(rows), 50, 3_000];
const folder = mkdtempSync(path.join(os.tmpdir(), "klingkit-bench-"));
const batch = path.resolve(import.meta.dirname, "../packages/batch/dist/index.js");
const fleet = path.resolve(import.meta.dirname, "../packages/batch/dist/fleet/index.js");
const core = path.resolve(import.meta.dirname, "../packages/core/dist/index.js");
const [manifest, out] = [path.join(folder, "jobs.jsonl"), path.join(folder, "videos")];
const image = (index) => `https://cdn.example.com/${index}.png`;
const line = (index) => JSON.stringify({ id: `row-${index}`, image: image(index), model_name: "kling-v2-6" });
writeFileSync(manifest, Array.from({ length: count }, (_, index) => line(index)).join("\n"));

const server = await startMockServer({
  port: 0,
  dialect,
  render: "none",
  maxRequests: 1_000_000,
  accounts: { k: { parallelTasks: cap } },
  timing: { submittedMs: 500, processingMs: taskMs - 500 },
});
const kinds = ["fault=reset-before", "fault=reset-after-accept", "code=5000", "code=1302"];
if (Number(faults) > 0)
  for (const prefer of kinds) server.mock.rules.add({ match: {}, prefer, probability: Number(faults) / kinds.length });

const settings = JSON.stringify({
  dialect,
  baseUrl: server.url,
  apiKey: "k",
  trustLookup: true,
  settleMs: 300,
  // Creates by address are answered at once. Nobody sends again what a killed process may be sending before this has passed.
  submitTimeoutMs: 5_000,
  retry: { attempts: 8, firstDelayMs: 50, maxDelayMs: 400 },
});
const script = {
  embedded: `
    const { embeddedEngine, readManifest, runBatch } = await import(${JSON.stringify(batch)});
    const engine = embeddedEngine({ out: ${JSON.stringify(out)} });`,
  fleet: `
    const { readManifest, runBatch } = await import(${JSON.stringify(batch)});
    const { fleetEngine } = await import(${JSON.stringify(fleet)});
    const engine = fleetEngine({ redis: process.env.REDIS, out: ${JSON.stringify(out)}, workers: 0 });`,
}[engine];
const clientOf = `const { createKlingClient } = await import(${JSON.stringify(core)});
  const client = (more) => createKlingClient({ ...${settings}, ...more });`;
const feeder = `${script} ${clientOf}
  const { rows } = await readManifest(${JSON.stringify(manifest)}, { dialect: ${JSON.stringify(dialect)} });
  const { counts, ms } = await runBatch({ rows, name: "bench", cap: ${cap}, assumeAbsent: true, client, engine, attempts: 8 });
  console.log(JSON.stringify({ ...counts, ms }));`;
const worker = `${clientOf} const { startWorker } = await import(${JSON.stringify(fleet)});
  await startWorker({ redis: process.env.REDIS, name: "bench", client, out: ${JSON.stringify(out)}, concurrency: 16 });
  console.log("ready");`;

const children = new Set();
function start(text, env = {}) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", text], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  children.add(child);
  child.said = "";
  child.stdout.on("data", (part) => {
    child.said += part;
  });
  child.ended = once(child, "close").then(() => children.delete(child));
  return child;
}
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const started = Date.now();
const counts = await (engine === "fleet" ? runFleet() : runEmbedded());
const wall = Date.now() - started;
const charges = server.mock.ledger.charges.map(({ externalTaskId }) => externalTaskId);
const refusals = server.mock.requests.list({}).filter(({ code }) => code === 1303).length;
const files = readdirSync(out).filter((name) => name.endsWith(".mp4")).length;
const ideal = (count * taskMs) / cap;
console.log(
  JSON.stringify({
    engine,
    dialect,
    rows: count,
    faults,
    files,
    charges: charges.length,
    distinct: new Set(charges).size,
    refusals,
    ...counts,
    wall,
    ratio: Math.round((wall / ideal) * 1000) / 1000,
    // Without the start of Redis and of the processes.
    ...(engine === "fleet" ? { ratioOfBatch: Math.round((counts.ms / ideal) * 1000) / 1000 } : {}),
  }),
);
for (const child of children) child.kill("SIGKILL");
await server.close();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

async function runEmbedded() {
  for (let kill = 0; kill < Number(kills); kill += 1) {
    const child = start(feeder);
    await Promise.race([pause(500 + Math.random() * 3_500), child.ended]);
    child.kill("SIGKILL");
    await child.ended;
  }
  const killed = Date.now() - started;
  let last = { done: 0 };
  for (let round = 0; round < 4; round += 1) {
    const child = start(feeder);
    await child.ended;
    last = JSON.parse(child.said || "{}");
    if (last.failed + last.unknown + last.open + last["not-started"] === 0) break;
  }
  return { ...last, kills: Number(kills), killed };
}

async function runFleet() {
  const redis = await startRedis();
  const env = { REDIS: redis.url };
  const workers = Array.from({ length: 4 }, () => start(worker, env));
  const main = start(feeder, env);
  let [killed, restarts, isOver] = [0, 0, false];
  main.ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([pause(3_000), main.ended]);
    if (isOver || Number(kills) === 0) continue;
    // A machine that is too busy to start a worker within three seconds would never get anything done.
    const index = [0, 1, 2, 3].map((step) => (killed + step) % 4).find((one) => workers[one].said !== "");
    if (index === undefined) continue;
    workers[index].kill("SIGKILL");
    workers[index] = start(worker, env);
    killed += 1;
    if (killed !== 5 && killed !== 12) continue;
    await redis.restart();
    restarts += 1;
  }
  await redis.stop();
  return { ...JSON.parse(main.said || "{}"), killed, restarts };
}
