import { setFlagsFromString } from "node:v8";
import vm from "node:vm";
import { createMock } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import type { Dialect } from "@klingkit/spec";
import { describe, expect, it } from "vitest";
import { Draw, playInProcess, playRaw, RequestMaker } from "./index.js";

/** Bytes of heap in use when all that can go has gone. */
function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = vm.runInNewContext("gc");
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** The simulator's own limits are small here, so that what grows shows. */
const limits = { maxTasks: 200, maxRequests: 100, maxDeliveries: 100, maxPictureBytes: 1024 * 1024 };

describe.each(["cometapi", "kling"] satisfies Dialect[])("fuzzed requests in the dialect %s", (dialect) => {
  it("get an answer that the contract knows, in process, and leave no memory behind", async () => {
    const mock = createMock({ dialect, ...limits });
    const maker = new RequestMaker(new Draw(1), dialect);
    const statuses = new Map<number | null, number>();
    mock.events.subscribe((event) => {
      if (event.type === "request") statuses.set(event.detail.status, (statuses.get(event.detail.status) ?? 0) + 1);
    });
    expect(await playInProcess(mock, maker, 500)).toEqual([]);
    mock.reset();
    const before = heapUsed();
    expect(await playInProcess(mock, maker, 8_000)).toEqual([]);
    // Fuzz that never gets past the door shows nothing.
    for (const status of [200, 400, 401, 403, 429])
      expect(statuses.get(status), `status ${status}`).toBeGreaterThan(10);
    mock.reset();
    expect(heapUsed() - before).toBeLessThan(8 * 1024 * 1024);
    expect([mock.tasks.size, mock.callbacks.pending, mock.rules.size]).toEqual([0, 0, 0]);
  });

  it("get an answer over sockets too, and the server goes on", async () => {
    await using server = await startMockServer({ dialect, port: 0, render: "none", ...limits });
    const maker = new RequestMaker(new Draw(2), dialect);
    expect(await playRaw(Number(new URL(server.url).port), maker, 500)).toEqual([]);
    expect((await fetch(`${server.url}/__mock/health`)).status).toBe(200);
  });
});
