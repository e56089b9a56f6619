import path from "node:path";
import { fleetEngine } from "@klingkit/batch/fleet";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { startRedis } from "../../../tests/support/redis-server.mjs";
import { createWorld, type World } from "./world.js";

/** A Redis for the tests of a `describe`, and for each of them a simulator and a folder. */
export function useFleet() {
  let server: Awaited<ReturnType<typeof startRedis>>;
  let world: World;
  /** Called after the test. */
  const ends: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    world = await createWorld("kling");
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    await world.close();
  });
  const out = () => path.join(world.folder, "videos");
  return {
    ends,
    out,
    engine: (more: Partial<Parameters<typeof fleetEngine>[0]> = {}) =>
      fleetEngine({ redis: server.url, out: out(), ...more }),
    get server() {
      return server;
    },
    get world() {
      return world;
    },
    /** In place of the one that was there, which the test has closed. */
    set world(other: World) {
      world = other;
    },
  };
}
