import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createKlingClient } from "@klingkit/core";
import { fileTaskStore } from "@klingkit/core/node";
import { type MockServer, startMockServer } from "@klingkit/mock-server/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runFromSources } from "./support/source-process.js";

const keys = Array.from({ length: 30 }, (_, index) => `order-${index}`);
const image = "https://example.com/picture.png";
/** Milliseconds for a request, and then for its task to be found: a create whose sender was killed is looked for as long. */
const patience = { submitTimeoutMs: 5_000, settleMs: 1_000 };
let folder: string;
let server: MockServer;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-processes-"));
  server = await startMockServer({ port: 0, dialect: "kling", render: "none" });
  // However slow the machine is, no task ends before the test says so: one that was seen to end is not pending any more.
  server.mock.clock.freeze();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** A process that submits every order at once, and prints which of them it got a task for. */
async function submitter(order: readonly string[]) {
  const script = `
    import { createKlingClient } from "@klingkit/core";
    import { fileTaskStore } from "@klingkit/core/node";
    const [baseUrl, folder, ...order] = process.argv.slice(2);
    const kling = createKlingClient({
      apiKey: "k", dialect: "kling", baseUrl, taskStore: fileTaskStore(folder), ...${JSON.stringify(patience)},
    });
    const results = await Promise.all(order.map((external_task_id) =>
      kling.image2video.submit({ model_name: "kling-v2-6", image: "${image}", external_task_id })
        .then(({ task_id }) => [external_task_id, task_id], ({ code }) => [external_task_id, code])));
    console.log(JSON.stringify(results));`;
  const child = await runFromSources(script, [server.url, folder, ...order]);
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  const results = once(child, "close").then((): [string, string][] => (text === "" ? [] : JSON.parse(text)));
  return { child, results };
}

const client = () =>
  createKlingClient({
    apiKey: "k",
    dialect: "kling",
    baseUrl: server.url,
    taskStore: fileTaskStore(folder),
    ...patience,
  });
const charged = () => server.mock.ledger.charges.map(({ externalTaskId }) => externalTaskId);
const creates = () => server.mock.requests.list().filter(({ method }) => method === "POST");

describe("several processes with one task store", () => {
  it("that are given the same intentions send each of them once", async () => {
    const results = await Promise.all(
      [keys, [...keys].reverse(), keys].map(async (order) => (await submitter(order)).results),
    );
    expect(charged().sort()).toEqual([...keys].sort());
    expect(creates()).toHaveLength(keys.length);
    const taskOf = new Map(server.mock.ledger.charges.map(({ externalTaskId, taskId }) => [externalTaskId, taskId]));
    // A process that comes while another one is sending is told so; all others have the one task.
    for (const [key, outcome] of results.flat()) expect([taskOf.get(key), "submit-outcome-unknown"]).toContain(outcome);
    expect(await client().pending()).toHaveLength(keys.length);
  });

  it("lose nothing and pay nothing twice when one is killed while it sends", async () => {
    server.mock.rules.add({ match: { method: "POST" }, prefer: "delay=0-300" });
    const { child, results } = await submitter(keys);
    let seen = 0;
    const unsubscribe = server.mock.events.subscribe(({ type }) => {
      if (type === "charge") seen += 1;
      if (seen === 10) child.kill("SIGKILL");
    });
    expect(await results).toEqual([]);
    unsubscribe();
    server.mock.rules.clear();
    const kling = client();
    const open = await kling.pending();
    // Runs from here on: what the killed process had sent may still be made a task, and has to end too.
    server.mock.clock.unfreeze();
    server.mock.clock.setSpeed(1_000);
    const made = charged();
    // The last intentions may not have been written down yet, but none of those was sent.
    expect(open.map(({ external_task_id }) => external_task_id)).toEqual(expect.arrayContaining(made));
    const resumed = await Promise.allSettled(open.map((handle) => kling.resume(handle)));
    for (const [index, outcome] of resumed.entries()) {
      if (outcome.status === "fulfilled") expect(outcome.value.task_status).toBe("succeed");
      else expect(outcome.reason).toHaveProperty("code", "task-not-found");
      if (outcome.status === "rejected") expect(made).not.toContain(open[index]?.external_task_id);
    }
    expect(made.length).toBeGreaterThanOrEqual(10);
    expect(await kling.pending()).toEqual([]);
    const again = keys.map((external_task_id) =>
      kling.image2video.submit({ model_name: "kling-v2-6", image, external_task_id }),
    );
    await Promise.all(again);
    expect(charged().sort()).toEqual([...keys].sort());
  });
});
