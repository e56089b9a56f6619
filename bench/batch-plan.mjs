// Whether `batch plan` is cheap and true. First 100 000 rows by address, planned by the command line: processor time and
// memory. Then a batch without faults: what the plan announces beside the simulator's ledger and the clock.
// The simulator varies each task by a tenth, so that a batch of few rounds ends with a tail that nobody can foresee.
// Needs a build. Usage: npm run bench -- batch-plan [rows] [seconds a task] [cap]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { embeddedEngine, planBatch, readManifest, runBatch } from "../packages/batch/dist/index.js";
import { createKlingClient } from "../packages/core/dist/index.js";
import { startMockServer } from "../packages/mock-server/dist/node/index.js";

const [rows = "120", taskSeconds = "30", tasksAtATime = "4"] = process.argv.slice(2);
const folder = mkdtempSync(path.join(os.tmpdir(), "klingkit-bench-"));
const jobs = path.join(folder, "jobs.jsonl");
const image = (index) => `https://cdn.example.com/pictures/${index}.png`;

await large(100_000);
await truth(Number(rows), { seconds: Number(taskSeconds), cap: Number(tasksAtATime) });
rmSync(folder, { recursive: true, force: true });

async function large(count) {
  const prompt = "slow pan over the table";
  const line = (index) => JSON.stringify({ id: `row-${index}`, image: image(index), prompt, model_name: "kling-v2-6" });
  writeFileSync(jobs, Array.from({ length: count }, (_, index) => line(index)).join("\n"));
  const cli = path.resolve(import.meta.dirname, "../packages/cli/dist/bin.js");
  // The process tells of itself when it ends.
  const tell = `process.on("exit", () => { const { user, system } = process.cpuUsage();
    console.error(JSON.stringify({ seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 })); })`;
  const args = [
    "--import",
    `data:text/javascript,${encodeURIComponent(tell)}`,
    cli,
    "batch",
    "plan",
    jobs,
    "--cap",
    "50",
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  await new Promise((resolve) => child.once("close", resolve));
}

async function truth(count, { seconds, cap }) {
  const kinds = [{ mode: "std" }, { mode: "pro" }, { mode: "std", duration: "10" }];
  const line = (index) =>
    JSON.stringify({
      id: `row-${index}`,
      image: image(index),
      model_name: "kling-v2-6",
      ...kinds[index % kinds.length],
    });
  writeFileSync(jobs, Array.from({ length: count }, (_, index) => line(index)).join("\n"));
  const server = await startMockServer({
    port: 0,
    dialect: "kling",
    render: "none",
    accounts: { k: { parallelTasks: cap } },
    timing: { submittedMs: 500, processingMs: seconds * 1_000 - 500 },
  });
  const manifest = await readManifest(jobs, { dialect: "kling" });
  const settings = { name: "bench", cap };
  const plan = await planBatch(manifest.rows, { ...settings, taskSeconds: seconds });
  const client = (more) => createKlingClient({ apiKey: "k", dialect: "kling", baseUrl: server.url, ...more });
  const engine = embeddedEngine({ out: path.join(folder, "videos") });
  const { counts, usd, ms } = await runBatch({ rows: manifest.rows, ...settings, client, engine });
  const ledger = server.mock.ledger.total;
  const share = (value, of) => Math.round((value / of) * 1_000) / 1_000;
  console.log(JSON.stringify({ plan, counts, usd, ledger, seconds: ms / 1_000 }));
  console.log(
    JSON.stringify({ money: share(plan.units, ledger.units ?? ledger), time: share(ms / 1_000, plan.seconds) }),
  );
  await server.close();
}
