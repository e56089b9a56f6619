// A fleet without faults: eight worker processes drive many simulated tasks to their end, without videos. Rows a second, and
// what Redis holds for each row while it waits and when it has ended.
// Needs a build and redis-server. Usage: npm run bench -- batch-fleet [rows] [processes]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Fleet, fleetEngine } from "../packages/batch/dist/fleet/index.js";
import { readManifest, runBatch } from "../packages/batch/dist/index.js";
import { createKlingClient } from "../packages/core/dist/index.js";
import { startMockServer } from "../packages/mock-server/dist/node/index.js";
import { startRedis } from "../tests/support/redis-server.mjs";

const [rows = "20000", processes = "8"] = process.argv.slice(2);
const count = Number(rows);
const folder = mkdtempSync(path.join(os.tmpdir(), "klingkit-bench-"));
const jobs = path.join(folder, "jobs.jsonl");
const image = (index) => `https://cdn.example.com/pictures/${index}.png`;
const line = (index) => JSON.stringify({ id: `row-${index}`, image: image(index), model_name: "kling-v2-6" });
writeFileSync(jobs, Array.from({ length: count }, (_, index) => line(index)).join("\n"));

// As a Redis for long batches: it confirms what it writes within a second.
const redis = await startRedis(["--appendfsync", "everysec"]);
const timing = { submittedMs: 100, processingMs: 400 };
const server = await startMockServer({ port: 0, dialect: "kling", render: "none", maxRequests: 1, timing });
const urlOf = (file) => JSON.stringify(path.resolve(import.meta.dirname, "..", file));
const script = `
  const { startWorker } = await import(${urlOf("packages/batch/dist/fleet/index.js")});
  const { createKlingClient } = await import(${urlOf("packages/core/dist/index.js")});
  const client = (more) => createKlingClient({ apiKey: "k", dialect: "kling", baseUrl: ${JSON.stringify(server.url)}, ...more });
  // Renders are off: the result is drained, not kept.
  const storeResult = async (row, stream, { name }) => void (await stream.pipeTo(new WritableStream())) ?? name;
  const worker = await startWorker({ redis: ${JSON.stringify(redis.url)}, name: "bench", client, storeResult, concurrency: 16 });
  process.once("SIGTERM", () => worker.close());`;
const workers = Array.from({ length: Number(processes) }, () =>
  spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "inherit", "inherit"] }),
);

const fleet = new Fleet({ redis: redis.url, name: "bench" });
const memory = async () => Number(/used_memory:(\d+)/.exec(await fleet.redis.info("memory"))?.[1]);
const empty = await memory();
const manifest = await readManifest(jobs, { dialect: "kling" });
const waiting = await bytesWaiting();
const client = (more) => createKlingClient({ apiKey: "k", dialect: "kling", baseUrl: server.url, ...more });
const engine = fleetEngine({
  redis: redis.url,
  out: path.join(folder, "videos"),
  workers: 0,
  storeResult: async () => {},
});
let ended = 0;
const progress = setInterval(() => console.error(`${ended} of ${count}`), 10_000);
const onEvent = ({ type }) => {
  if (type === "row-ended") ended += 1;
};
const { counts, ms } = await runBatch({ rows: manifest.rows, name: "bench", cap: 2_000, client, engine, onEvent });
clearInterval(progress);
const charges = server.mock.ledger.charges.map(({ externalTaskId }) => externalTaskId);
console.log(
  JSON.stringify({
    rows: count,
    processes: workers.length,
    counts,
    charges: charges.length,
    distinct: new Set(charges).size,
    seconds: ms / 1_000,
    rowsASecond: Math.round(count / (ms / 1_000)),
    bytesARow: { waiting, ended: Math.round(((await memory()) - empty) / count) },
  }),
);
for (const worker of workers) worker.kill("SIGTERM");
await fleet.close();
await redis.stop();
await server.close();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

/** What a row takes that is in the queue, and nothing else; from a thousand of them in a fleet that nobody works for. */
async function bytesWaiting() {
  const idle = new Fleet({ redis: redis.url, name: "idle" });
  const before = await memory();
  const sample = manifest.rows.slice(0, 1_000);
  await idle.add(sample.map((row) => ({ row, attempt: 1 })));
  const bytes = Math.round(((await memory()) - before) / sample.length);
  await idle.rows.obliterate({ force: true });
  await idle.close();
  return bytes;
}
