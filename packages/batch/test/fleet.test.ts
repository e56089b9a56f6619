import { readdir } from "node:fs/promises";
import path from "node:path";
import { runBatch } from "@klingkit/batch";
import { fleetEngine, redisTaskStore, startWorker } from "@klingkit/batch/fleet";
import { taskStoreSuite } from "@klingkit/core/testing";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRedis } from "../../../tests/support/redis-server.mjs";
import { skipWithout } from "../../../tests/support/tools.js";
import { describeEngine } from "./behaviour.js";
import { createWorld, until } from "./world.js";

const { skip, note } = skipWithout("redis-server");

describe.skipIf(skip)(`with a real Redis${note}`, () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server.stop();
  });

  describe("the task store in Redis keeps the promises of a task store: it", () => {
    const connections: Redis[] = [];
    afterAll(() => {
      for (const redis of connections) redis.disconnect();
    });
    const open = () => {
      const redis = new Redis(server.url);
      connections.push(redis);
      return redisTaskStore(redis, "suite");
    };
    for (const { name, run } of taskStoreSuite(open)) it(name, run);
  });

  describeEngine({ name: "the fleet engine", make: (out) => fleetEngine({ redis: server.url, out, workers: 2 }) });

  it("makes each row once, and never above the cap, while Redis is lost twice and a worker ends in the middle", async () => {
    const world = await createWorld("kling", {
      accounts: { k: { parallelTasks: 5 } },
      timing: { submittedMs: 20, processingMs: 300 },
    });
    const rows = await world.rows(40);
    const out = path.join(world.folder, "videos");
    const { name, client } = world.settings;
    const worker = () => startWorker({ redis: server.url, name, client, out });
    const workers = [await worker(), await worker()];
    const events: string[] = [];
    const onEvent = ({ type }: { readonly type: string }) => void (type === "row-ended" && events.push(type));
    const running = runBatch({
      ...world.settings,
      rows,
      cap: 5,
      onEvent,
      engine: fleetEngine({ redis: server.url, out, workers: 0 }),
    });
    await until(() => events.length >= 5);
    await server.restart();
    await until(() => events.length >= 12);
    await workers[0]?.abort();
    await until(() => events.length >= 20);
    await server.restart();
    expect((await running).counts.done).toBe(40);
    for (const one of workers.slice(1)) await one.close();
    const charges = world.charges();
    expect([new Set(charges).size, charges.length]).toEqual([40, 40]);
    expect(world.mock.requests.list().filter(({ answer }) => /"code": ?"?1303/.test(answer?.body ?? ""))).toEqual([]);
    expect((await readdir(out)).filter((file) => file.endsWith(".mp4"))).toHaveLength(40);
    await world.close();
  }, 60_000);
});
