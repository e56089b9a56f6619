import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type BatchEvent, type BatchRow, type BatchSummary, type EngineSettings, runBatch } from "@klingkit/batch";
import { Fleet, fleetCallbacks, fleetEngine, fleetMetrics, startWorker } from "@klingkit/batch/fleet";
import { fleetBoard } from "@klingkit/batch/fleet/board";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { startRedis } from "../../../tests/support/redis-server.mjs";
import { skipWithout } from "../../../tests/support/tools.js";
import { useFleet } from "./fleet-kit.js";
import { createWorld, until } from "./world.js";

const { skip, note } = skipWithout("redis-server");

describe.skipIf(skip)(`a fleet${note}`, () => {
  const kit = useFleet();
  const { ends, engine, out } = kit;
  const fleet = (name = kit.world.settings.name) => {
    const made = new Fleet({ redis: kit.server.url, name });
    ends.push(() => made.close());
    return made;
  };
  const worker = async (more: Partial<Parameters<typeof startWorker>[0]> = {}) => {
    const { name, client } = kit.world.settings;
    const started = await startWorker({ redis: kit.server.url, name, client, out: out(), ...more });
    ends.push(() => started.close());
    return started;
  };

  it("shares nothing with another one on the same Redis, neither rows nor cap nor budget", async () => {
    const rows = await kit.world.rows(6);
    const price = rows[0]?.usd ?? 0;
    const run = (name: string, budget: number) =>
      runBatch({ ...kit.world.settings, name, rows, budget, engine: engine() });
    const [one, two] = await Promise.all([run("spring", price * 2), run("autumn", price * 6)]);
    expect(one.counts).toMatchObject({ done: 2, "not-started": 4 });
    expect(two.counts).toMatchObject({ done: 6 });
    expect(await fleet("spring").status()).toMatchObject({ usd: price * 2, settings: { budget: price * 2 } });
    expect(kit.world.charges()).toHaveLength(8);
  });

  it("holds while Redis is full, says so once, and then goes on: nothing is lost or paid twice", async () => {
    const full = await startRedis(["--maxmemory", "8mb"]);
    ends.push(() => full.stop());
    const admin = new Redis(full.url);
    ends.push(async () => admin.disconnect());
    // Filled up, but for a little.
    const pieces: string[] = [];
    const put = (name: string) => admin.set(name, "x".repeat(50_000)).then(() => pieces.push(name));
    await until(() =>
      put(`ballast-${pieces.length}`).then(
        () => false,
        () => true,
      ),
    );
    await admin.del(...pieces.slice(-2));
    const rows = await kit.world.rows(60, { prompt: "x".repeat(2_000) });
    const running = runBatch({ ...kit.world.settings, rows, engine: fleetEngine({ redis: full.url, out: out() }) });
    await until(() => kit.world.events.some(({ type }) => type === "holding"));
    const refusals = async () => Number(/errorstat_OOM:count=(\d+)/.exec(await admin.info("errorstats"))?.[1] ?? 0);
    const first = await refusals();
    await until(async () => (await refusals()) >= first + 2);
    await admin.config("SET", "maxmemory", "100mb");
    expect((await running).counts).toMatchObject({ done: 60 });
    expect(kit.world.events.filter(({ type }) => type === "holding")).toHaveLength(1);
    const charges = kit.world.charges();
    expect([new Set(charges).size, charges.length]).toEqual([60, 60]);
  });

  it("holds while Redis answers no questions, and while it can't write down that nothing new is sent", async () => {
    const admin = new Redis(kit.server.url);
    ends.push(async () => admin.disconnect());
    const drain = new AbortController();
    const rows = await kit.world.rows(3);
    const running = runBatch({ ...kit.world.settings, rows, drain: drain.signal, engine: engine({ workers: 0 }) });
    // What it ends with is expected below.
    running.catch(() => {});
    const watched = fleet();
    await until(async () => (await watched.status()).waiting === 3);
    const isOfRedis = (event: BatchEvent) => event.type === "holding" && event.error.code.startsWith("redis-");
    const held = () => until(() => kit.world.events.some(isOfRedis));
    await admin.config("SET", "busy-reply-threshold", "1");
    const busy = new Redis(kit.server.url);
    const script = busy.eval("while true do end", 0).catch(() => {});
    await held();
    await admin.script("KILL");
    await script.finally(() => busy.disconnect());
    await admin.config("SET", "maxmemory", "1kb");
    drain.abort();
    const refusals = async () => Number(/errorstat_OOM:count=(\d+)/.exec(await admin.info("errorstats"))?.[1] ?? 0);
    await until(async () => (await refusals()) >= 2);
    await admin.config("SET", "maxmemory", "0");
    await until(async () => (await watched.status()).stopped !== undefined);
    await worker();
    expect((await running).counts).toMatchObject({ "not-started": 3 });
    expect(kit.world.charges()).toEqual([]);
  });

  it("lets no older worker in, and one that is at work ends by itself when a newer one comes", async () => {
    const old = await worker();
    const redis = new Redis(kit.server.url);
    ends.push(async () => redis.disconnect());
    await redis.set(`klingkit:${kit.world.settings.name}:protocol`, 2);
    const steering = fleet();
    const [row] = await kit.world.rows(1);
    if (row) await steering.add([{ row, attempt: 1 }]);
    expect(await old.ended).toBe(true);
    expect(await steering.status()).toMatchObject({ waiting: 1, running: 0 });
    expect(kit.world.posts()).toBe(0);
    await expect(worker()).rejects.toThrow(/newer version .* Update @klingkit\/batch/);
  });

  it("takes no member for another server: rows of a simulator are not paid for", async () => {
    const rows = await kit.world.rows(1);
    await runBatch({ ...kit.world.settings, rows, engine: engine() });
    const { client } = kit.world.settings;
    const elsewhere = (settings: EngineSettings) =>
      client({ ...settings, baseUrl: "https://other.example" } as EngineSettings);
    const refusal =
      /works at https:\S+, and this process would work at https:\/\/other\.example\. Give the batch another name\./;
    await expect(worker({ client: elsewhere })).rejects.toThrow(refusal);
    await expect(runBatch({ ...kit.world.settings, rows, client: elsewhere, engine: engine() })).rejects.toThrow(
      refusal,
    );
    expect(kit.world.posts()).toBe(1);
  });

  it("retries rows that failed in passing, and not those whose content was refused", async () => {
    kit.world.mock.rules.add({
      match: { method: "POST", model: "kling-v3" },
      prefer: "scenario=service-busy",
      times: 1,
    });
    const busy = await kit.world.rows(1, { model_name: "kling-v3" });
    const bad = (await kit.world.rows(2, { prompt: "[[scenario=risk-control]]" })).slice(1);
    const settings = { ...kit.world.settings, rows: [...busy, ...bad], attempts: 1 };
    expect((await runBatch({ ...settings, engine: engine() })).counts).toMatchObject({ failed: 2 });
    await worker();
    const steering = fleet();
    expect(await steering.retry()).toEqual({ retried: 1, kept: 1 });
    await until(async () => (await steering.status()).results.done === 1);
    expect((await steering.status()).results).toEqual({ done: 1, failed: 1 });
    expect(await steering.retry()).toEqual({ retried: 0, kept: 1 });
    expect(kit.world.charges()).toHaveLength(3);
  });

  it("sends nothing new while it is paused, and goes on when it is resumed", async () => {
    const steering = fleet();
    const running = runBatch({ ...kit.world.settings, rows: await kit.world.rows(12), cap: 2, engine: engine() });
    await until(() => kit.world.posts() >= 2);
    await steering.pause();
    // No worker holds a row and then no task runs, in this order: a worker that sends a row after this has ignored the pause.
    await until(async () => (await steering.rows.getActiveCount()) === 0 && (await steering.status()).running === 0);
    const posts = kit.world.posts();
    expect(posts).toBeLessThan(12);
    expect(await steering.status()).toMatchObject({ isPaused: true, waiting: 12 - posts, running: 0 });
    expect(kit.world.posts()).toBe(posts);
    await steering.resume();
    expect((await running).counts).toMatchObject({ done: 12 });
  });

  it("ends when it is cancelled: what runs is finished, the rest is not started, and can be taken up again", async () => {
    const steering = fleet();
    const rows = await kit.world.rows(30);
    const running = runBatch({ ...kit.world.settings, rows, cap: 2, engine: engine() });
    await until(() => kit.world.charges().length >= 2);
    await steering.cancel();
    const { counts } = await running;
    expect(counts.done).toBe(kit.world.charges().length);
    expect(counts.done + counts["not-started"]).toBe(30);
    expect(counts["not-started"]).toBeGreaterThan(10);
    await worker();
    expect(await steering.retry()).toEqual({ retried: counts["not-started"], kept: 0 });
    await until(async () => (await steering.status()).results.done === 30);
    expect(kit.world.charges()).toHaveLength(30);
  });

  it("asks for a task as soon as a callback tells of its end, and rarely otherwise", async () => {
    await kit.world.close();
    kit.world = await createWorld("kling", { timing: { submittedMs: 50, processingMs: 450 } });
    const handle = await fleetCallbacks(fleet());
    const received: number[] = [];
    const receiver = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", async () => {
        const url = `http://${request.headers.host}${request.url}`;
        const answer = await handle(new Request(url, { method: "POST", body: Buffer.concat(parts) }));
        received.push(answer.status);
        response.writeHead(answer.status).end();
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => receiver.once("listening", resolve));
    ends.push(() => new Promise((resolve) => receiver.close(resolve)));
    const callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/kling`;
    const started = Date.now();
    const rows = await kit.world.rows(3);
    const { counts } = await runBatch({ ...kit.world.settings, rows, engine: engine({ callbackUrl }) });
    expect(counts.done).toBe(3);
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(received).toContain(204);
    const questions = kit.world.mock.requests.list().filter(({ method }) => method === "GET").length;
    // At 100 ms and at the end; every 100 ms without callbacks.
    expect(questions).toBeLessThanOrEqual(9);
  });

  it("hands results to a hook as streams, again after a failure, and notes where they are", async () => {
    const kept = new Map<string, number>();
    let failures = 1;
    const storeResult = async (
      _: unknown,
      stream: ReadableStream<Uint8Array>,
      { name, type }: { readonly name: string; readonly type: string | undefined },
    ) => {
      if (failures-- > 0) throw new Error("the bucket is away");
      const bytes = await new Response(stream).arrayBuffer();
      kept.set(`${name} ${type}`, bytes.byteLength);
      return `s3://videos/${name}`;
    };
    const rows = await kit.world.rows(2);
    const { results } = await runBatch({ ...kit.world.settings, rows, engine: engine({ storeResult }) });
    expect(results.map(({ state, files }) => [state, files])).toEqual([
      ["done", ["s3://videos/product-0.mp4"]],
      ["done", ["s3://videos/product-1.mp4"]],
    ]);
    expect([...kept.keys()].sort()).toEqual(["product-0.mp4 video/mp4", "product-1.mp4 video/mp4"]);
    for (const size of kept.values()) expect(size).toBeGreaterThan(100);
  });

  it("learns the account's cap from refusals where none is given", async () => {
    await kit.world.close();
    kit.world = await createWorld("kling", { accounts: { k: { parallelTasks: 3 } } });
    const { cap: _, ...settings } = kit.world.settings;
    const rows = await kit.world.rows(60);
    const { counts } = await runBatch({ ...settings, rows, engine: engine() });
    expect(counts.done).toBe(60);
    // Ten that start at once are refused six times each. Later ones are not: without what was learned, four times as many.
    expect(kit.world.posts()).toBeLessThan(180);
  });

  it("counts each picture of a request as a slot", async () => {
    const image = { family: "imageGenerations", model_name: "kling-v2-1", n: 4, image: undefined };
    const rows = await kit.world.rows(3, { ...image, prompt: "a cup" });
    const steering = fleet();
    let most = 0;
    let isOver = false;
    const watching = until(async () => {
      most = Math.max(most, ...Object.values((await steering.status()).slots));
      return isOver;
    });
    const { counts } = await runBatch({ ...kit.world.settings, rows, cap: 4, engine: engine() });
    isOver = true;
    await watching;
    expect(counts.done).toBe(3);
    expect(most).toBe(4);
  });

  it("leaves a task that takes too long open, and finds it the next time", async () => {
    await kit.world.close();
    kit.world = await createWorld("kling", { timing: { submittedMs: 20, processingMs: 1_200 } });
    const rows = await kit.world.rows(1);
    await worker({ taskTimeoutMs: 300 });
    const run = (): Promise<BatchSummary> => runBatch({ ...kit.world.settings, rows, engine: engine({ workers: 0 }) });
    expect((await run()).counts).toMatchObject({ open: 1 });
    await until(async () => (await run()).counts.open === 0);
    expect(await readFile(path.join(out(), "product-0.mp4"))).toBeDefined();
    expect(kit.world.charges()).toHaveLength(1);
  });

  it("makes other rows where one was left open: its slot is not taken for ever", async () => {
    const [stuck, other] = await kit.world.rows(2);
    if (!stuck || !other) throw new Error("Two rows are needed.");
    kit.world.mock.rules.add({ match: { verb: "submit" }, prefer: "scenario=stuck", times: 1 });
    await worker({ taskTimeoutMs: 300 });
    const run = (rows: readonly BatchRow[]) =>
      runBatch({ ...kit.world.settings, rows, cap: 1, engine: engine({ workers: 0 }) });
    expect((await run([stuck])).counts).toMatchObject({ open: 1 });
    expect((await run([other])).counts).toMatchObject({ done: 1 });
    expect((await fleet().status()).slots).toEqual({ "kling-v2-6": 0 });
  });

  it("tells Prometheus of rows, slots and money", async () => {
    await runBatch({ ...kit.world.settings, rows: await kit.world.rows(2), budget: 5, engine: engine() });
    const text = await fleetMetrics(fleet());
    const { name } = kit.world.settings;
    expect(text).toContain(`# TYPE klingkit_fleet_rows gauge\nklingkit_fleet_rows{fleet="${name}",state="done"} 2\n`);
    expect(text).toContain(`klingkit_fleet_slots_taken{fleet="${name}",model="kling-v2-6"} 0\n`);
    expect(text).toContain(`klingkit_fleet_spent_dollars{fleet="${name}"} 0.42\n`);
    for (const line of text.trimEnd().split("\n"))
      expect(line).toMatch(/^(# (HELP|TYPE) klingkit_fleet_[a-z_]+ .+|klingkit_fleet_[a-z_]+\{.*\} [\d.]+)$/);
  });

  it("shows its queues in Bull Board, which can change nothing", async () => {
    const board = createServer(fleetBoard(fleet())).listen(0, "127.0.0.1");
    await new Promise((resolve) => board.once("listening", resolve));
    ends.push(() => new Promise((resolve) => board.close(resolve)));
    const origin = `http://127.0.0.1:${(board.address() as AddressInfo).port}`;
    expect(await (await fetch(origin)).text()).toContain(kit.world.settings.name);
    const { queues } = (await (await fetch(`${origin}/api/queues`)).json()) as { queues: { name: string }[] };
    expect(queues).toMatchObject([
      { name: "rows", readOnlyMode: true },
      { name: "checks", readOnlyMode: true },
    ]);
    const paused = await fetch(`${origin}/api/queues/rows/pause`, { method: "PUT" });
    expect([paused.ok, (await fleet().status()).isPaused]).toEqual([false, false]);
  });
});
