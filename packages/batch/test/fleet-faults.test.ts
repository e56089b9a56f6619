import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket, connect as tcpConnect } from "node:net";
import path from "node:path";
import { runBatch } from "@klingkit/batch";
import { Fleet, fleetEngine, redisTaskStore, startWorker } from "@klingkit/batch/fleet";
import { createKlingClient, type TaskRecord } from "@klingkit/core";
import { Redis } from "ioredis";
import { describe, expect, it, vi } from "vitest";
import { startRedis } from "../../../tests/support/redis-server.mjs";
import { runFromSources } from "../../../tests/support/source-process.js";
import { skipWithout } from "../../../tests/support/tools.js";
import { connect } from "../src/fleet/connect.js";
import { useFleet } from "./fleet-kit.js";
import { createWorld, until } from "./world.js";

const { skip, note } = skipWithout("redis-server");
const sources = path.resolve(import.meta.dirname, "../src/fleet/index.ts");
const core = path.resolve(import.meta.dirname, "../../core/src/index.ts");

describe.skipIf(skip)(`what went wrong in a fleet${note}:`, () => {
  const kit = useFleet();
  const { ends, engine, out } = kit;

  it("a worker that was told to end stayed for ever while Redis was gone", async () => {
    const redis = await startRedis();
    const script = `
      import { startWorker } from ${JSON.stringify(sources)};
      import { createKlingClient } from ${JSON.stringify(core)};
      const [redis, out] = process.argv.slice(2);
      const client = (settings) => createKlingClient({ apiKey: "k", baseUrl: "http://127.0.0.1:9", ...settings });
      const worker = await startWorker({ redis, name: "lost", client, out, redisPatienceMs: 200 });
      process.once("SIGTERM", () => worker.close());
      console.log("ready");`;
    const child = await runFromSources(script, [redis.url, out()]);
    ends.push(() => child.kill("SIGKILL"));
    await once(child.stdout, "data");
    await redis.stop();
    child.kill("SIGTERM");
    const [code] = await once(child, "close");
    expect(code).toBe(0);
  }, 30_000);

  it("a worker with a row in hand stayed for ever while Redis was gone", async () => {
    const redis = await startRedis();
    let sent = 0;
    // Never answers.
    const client = (settings: object) =>
      createKlingClient({
        apiKey: "k",
        dialect: "kling",
        fetch: (request) => {
          sent += 1;
          return new Promise((_, reject) => {
            const { signal } = request as Request;
            signal.addEventListener("abort", () => reject(signal.reason));
          });
        },
        ...settings,
      });
    const worker = await startWorker({ redis: redis.url, name: "lost", client, out: out(), redisPatienceMs: 200 });
    const fleet = new Fleet({ redis: redis.url, name: "lost" });
    const [row] = await kit.world.rows(1);
    if (row) await fleet.add([{ row, attempt: 1 }]);
    await until(() => sent > 0);
    await redis.stop();
    await worker.close();
    expect(await worker.ended).toBe(false);
    await fleet.close();
  }, 30_000);

  it("who fed a fleet was not told that Redis was gone, and could not end meanwhile", async () => {
    const redis = await startRedis();
    const end = new AbortController();
    const rows = await kit.world.rows(3);
    const fleet = new Fleet({ redis: redis.url, name: kit.world.settings.name });
    ends.push(() => fleet.close());
    const fed = fleetEngine({ redis: redis.url, out: out(), workers: 0 });
    const running = runBatch({ ...kit.world.settings, rows, engine: fed, signal: end.signal });
    await until(async () => (await fleet.status()).waiting === 3);
    await redis.stop();
    const told = () => kit.world.events.filter((event) => !("error" in event && event.error.code === "no-worker"));
    await until(() => told().length > 0);
    expect(told()).toMatchObject([{ type: "holding", error: { message: "Redis does not answer." } }]);
    end.abort();
    expect((await running).counts).toMatchObject({ open: 3 });
  }, 30_000);

  it("a fleet without a worker was waited for in silence", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const looked = vi.spyOn(Fleet.prototype, "workers");
    ends.push(() => vi.useRealTimers().restoreAllMocks());
    const { name, client } = kit.world.settings;
    const rows = await kit.world.rows(3);
    const fleet = new Fleet({ redis: kit.server.url, name });
    ends.push(() => fleet.close());
    const running = runBatch({ ...kit.world.settings, rows, engine: kit.engine({ workers: 0 }) });
    await until(async () => (await fleet.status()).waiting === 3);
    expect(await fleet.status()).toMatchObject({ workers: 0 });
    expect(kit.world.events).toEqual([]);
    looked.mockClear();
    for (const times of [1, 2, 3]) {
      vi.setSystemTime(Date.now() + 10_000);
      await until(() => looked.mock.calls.length === times);
    }
    await until(() => kit.world.events.length > 0);
    const message = `No worker works for ${name}. Start one: klingkit worker --name ${name}, with the same Redis.`;
    expect(kit.world.events).toMatchObject([{ type: "holding", error: { code: "no-worker", message } }]);
    vi.useRealTimers();
    const worker = await startWorker({ redis: kit.server.url, name, client, out: out() });
    ends.push(() => worker.close());
    expect((await running).counts).toMatchObject({ done: 3 });
  });

  it("counts no workers where Redis does not list its clients", async () => {
    const redis = await startRedis();
    ends.push(() => redis.stop());
    const admin = new Redis(redis.url);
    ends.push(async () => admin.disconnect());
    await admin.acl("SETUSER", "member", "on", ">word", "~*", "&*", "+@all", "-client|list");
    const fleet = new Fleet({ redis: redis.url.replace("//", "//member:word@"), name: "listless" });
    ends.push(() => fleet.close());
    expect(await fleet.workers()).toBeUndefined();
    expect(await fleet.status()).not.toHaveProperty("workers");
  });

  it("a worker took no more jobs once BullMQ had opened its connection again", async () => {
    const redis = connect(kit.server.url);
    const copy = redis.duplicate();
    ends.push(() => redis.disconnect());
    for (const connection of [redis, copy]) {
      await connection.ping();
      const end = once(connection, "end");
      connection.disconnect();
      await end;
      await connection.connect();
      expect(await connection.ping()).toBe("PONG");
      if (connection === redis) await copy.connect().catch(() => {});
    }
    redis.disconnect();
    await expect(copy.ping()).rejects.toThrow();
  });

  it("a claim that Redis was sent twice, because its connection was lost, was taken for another's", async () => {
    const proxy = await startLossyProxy(Number(new URL(kit.server.url).port));
    const redis = new Redis(proxy.port, "127.0.0.1", { maxRetriesPerRequest: null });
    ends.push(proxy.close, () => redis.disconnect());
    await redis.ping();
    const store = redisTaskStore(redis, "claims");
    const scope = {
      dialect: "kling",
      origin: "https://kling.example.com",
      account: "",
      family: "image2video",
    } as const;
    const times = { claimedAt: 1, until: Date.now() + 60_000, updatedAt: 1 };
    const record: TaskRecord = { ...scope, external_task_id: "once", state: "sending", ...times };
    proxy.loseNextAnswer();
    expect(await store.claim(record)).toBeUndefined();
    expect(proxy.lost()).toBe(1);
    expect(await store.claim(record)).toEqual(record);
    expect(await store.find(record)).toEqual(record);
  });

  it("rows of one model, which was full, held up rows of another", async () => {
    await kit.world.close();
    kit.world = await createWorld("kling", { timing: { submittedMs: 20, processingMs: 400 } });
    const slow = await kit.world.rows(8, { model_name: "kling-v3" });
    const [other] = (await kit.world.rows(9)).slice(8);
    const rows = [...slow, ...(other ? [other] : [])];
    const { results } = await runBatch({ ...kit.world.settings, rows, cap: 2, engine: engine() });
    expect(results.every(({ state }) => state === "done")).toBe(true);
    const order = kit.world.events.flatMap((event) => (event.type === "row-ended" ? [event.result.row.id] : []));
    // Eight of one model in rounds of two; the other one is done with the first round.
    expect(order.indexOf("product-8")).toBeLessThanOrEqual(3);
  });

  it("who fed a fleet heard of no retry that a worker elsewhere made", async () => {
    kit.world.mock.rules.add({
      match: { method: "POST", model: "kling-v3" },
      prefer: "scenario=service-busy",
      times: 1,
    });
    const rows = await kit.world.rows(1, { model_name: "kling-v3" });
    const { name, client } = kit.world.settings;
    const worker = await startWorker({ redis: kit.server.url, name, client, out: out() });
    ends.push(() => worker.close());
    const { results } = await runBatch({ ...kit.world.settings, rows, engine: engine({ workers: 0 }) });
    expect(results).toMatchObject([{ state: "done", attempt: 2 }]);
    expect(kit.world.events.filter(({ type }) => type === "row-retried")).toMatchObject([
      { row: { id: "product-0" }, attempt: 1, error: { code: "task-failed-service-busy", retry: "after-delay" } },
    ]);
    expect(kit.world.events.filter(({ type }) => type === "row-status").length).toBeGreaterThanOrEqual(2);
  });

  it("a row whose sender was killed kept a worker asleep for two minutes", async () => {
    const rows = await kit.world.rows(4);
    const fleet = new Fleet({ redis: kit.server.url, name: kit.world.settings.name });
    ends.push(() => fleet.close());
    const [first] = rows;
    const external_task_id = first ? fleet.ownIdOf({ row: first, attempt: 1 }) : "";
    let send = () => {};
    const isFree = new Promise<void>((resolve) => {
      send = resolve;
    });
    // It has claimed the row, and its request takes its time; whether it is still alive nobody can see.
    const sender = createKlingClient({
      apiKey: "k",
      dialect: "kling",
      taskStore: fleet.store(),
      fetch: async (...request) => {
        await isFree;
        return kit.world.mock.fetch(...request);
      },
    });
    const sending = sender.image2video.submit({ ...first?.body, external_task_id } as never);
    await until(async () => (await fleet.store().list()).length === 1);
    const running = runBatch({ ...kit.world.settings, rows, engine: engine({ concurrency: 1 }) });
    await until(() => kit.world.events.filter(({ type }) => type === "row-ended").length === 3);
    expect(kit.world.charges()).toHaveLength(3);
    send();
    await sending;
    expect((await running).counts).toMatchObject({ done: 4 });
    const charges = kit.world.charges();
    expect([new Set(charges).size, charges.length]).toEqual([4, 4]);
  });
});

/** Stands before Redis, and can lose an answer together with its connection. */
async function startLossyProxy(port: number) {
  let isArmed = false;
  let lost = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const redis = tcpConnect(port, "127.0.0.1");
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    client.pipe(redis);
    redis.on("data", (answer) => {
      if (!isArmed) return void client.write(answer);
      isArmed = false;
      lost += 1;
      client.destroy();
    });
    client.on("close", () => redis.destroy());
    redis.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    loseNextAnswer() {
      isArmed = true;
    },
    lost: () => lost,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
