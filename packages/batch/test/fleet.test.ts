import { fleetEngine, redisTaskStore } from "@klingkit/batch/fleet";
import { taskStoreSuite } from "@klingkit/core/testing";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, it } from "vitest";
import { describeEngine } from "./behaviour.js";
import { hasRedis, startRedis } from "./redis-server.js";

const note = hasRedis ? "" : " (skipped: redis-server is not installed)";

describe.skipIf(!hasRedis)(`with a real Redis${note}`, () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  const connections: Redis[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    for (const redis of connections) redis.disconnect();
    await server.stop();
  });

  describe("the task store in Redis keeps the promises of a task store: it", () => {
    const open = () => {
      const redis = new Redis(server.url);
      connections.push(redis);
      return redisTaskStore(redis, "suite");
    };
    for (const { name, run } of taskStoreSuite(open)) it(name, run);
  });

  describeEngine({ name: "the fleet engine", make: (out) => fleetEngine({ redis: server.url, out, workers: 2 }) });
});
