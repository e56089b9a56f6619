import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startMockServer } from "@klingkit/mock-server/node";
import { expect, it } from "vitest";
import { runFromSources } from "../../../tests/support/source-process.js";

const sources = path.resolve(import.meta.dirname, "../src/index.ts");
const core = path.resolve(import.meta.dirname, "../../core/src/index.ts");

/**
 * A process that works off the manifest and says so when it is done. Nobody sends again what a dead process may be sending
 * until its time limit has passed: here that is a second.
 */
const script = `
  import { embeddedEngine, readManifest, runBatch } from ${JSON.stringify(sources)};
  import { createKlingClient } from ${JSON.stringify(core)};
  const [manifest, out, baseUrl] = process.argv.slice(2);
  const { rows } = await readManifest(manifest);
  const client = (settings) => createKlingClient({ apiKey: "k", dialect: "kling", baseUrl, submitTimeoutMs: 1_000, ...settings });
  const { counts } = await runBatch({ rows, name: "shop", cap: 8, client, engine: embeddedEngine({ out }) });
  console.log(JSON.stringify(counts));`;

it("a batch that is killed again and again makes each row once, and pays once for it", {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "klingkit-killed-"));
  const accounts = { k: { parallelTasks: 8 } };
  await using server = await startMockServer({
    port: 0,
    dialect: "kling",
    render: "none",
    accounts,
    timing: { submittedMs: 20, processingMs: 200 },
  });
  const lines = Array.from({ length: 60 }, (_, index) =>
    JSON.stringify({ id: `row-${index}`, image: `https://cdn.example.com/${index}.png`, model_name: "kling-v2-6" }),
  );
  const [manifest, out] = [path.join(folder, "jobs.jsonl"), path.join(folder, "videos")];
  await writeFile(manifest, lines.join("\n"));
  const run = () => runFromSources(script, [manifest, out, server.url]);
  const posts = () => server.mock.requests.list().filter(({ method }) => method === "POST").length;
  for (const most of [3, 17, 29, 41]) {
    const child = await run();
    const timer = setInterval(() => posts() >= most && child.kill("SIGKILL"), 5);
    await once(child, "close");
    clearInterval(timer);
  }
  const last = await run();
  let said = "";
  last.stdout.on("data", (text) => {
    said += text;
  });
  await once(last, "close");
  expect(JSON.parse(said)).toMatchObject({ failed: 0, unknown: 0, open: 0, "not-started": 0 });
  expect((await readdir(out)).filter((name) => name.endsWith(".mp4"))).toHaveLength(60);
  const charges = server.mock.ledger.charges.map(({ externalTaskId }) => externalTaskId);
  expect([new Set(charges).size, charges.length]).toEqual([60, 60]);
  await rm(folder, { recursive: true });
});
