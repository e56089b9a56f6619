import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { image2video, minimal } from "./helpers.js";
import { statePath } from "./state-kit.js";
import { callUntilGone, type SimulatorProcess, startProcess, type Told } from "./state-process.js";

const kills = Number(process.env.KLINGKIT_KILLS ?? 10);
const units = 1_000_000;

interface Charge {
  readonly taskId: string;
  readonly externalTaskId: string;
  readonly units: number;
}

/** Compares what the simulator knows with itself and with what callers were told. */
async function check({ json }: SimulatorProcess, { created, failed }: Told): Promise<void> {
  const { ledger, accounts } = (await json("GET", "/__mock/state?limit=1000000")).body as {
    ledger: { charges: Charge[]; total: number };
    accounts: { unitsLeft: number }[];
  };
  const { charges, total } = ledger;
  const { tasks } = (await json("GET", "/__mock/tasks?limit=1000000")).body as {
    tasks: { task_id: string; external_task_id: string; task_status: string }[];
  };
  const charged = new Map(charges.map(({ externalTaskId, taskId }) => [externalTaskId, taskId]));
  expect(charged.size).toBe(charges.length);
  expect(new Map(tasks.map((task) => [task.external_task_id, task.task_id]))).toEqual(charged);
  expect([...created].filter(([own, id]) => charged.get(own) !== id)).toEqual([]);
  const status = new Map(tasks.map((task) => [task.task_id, task.task_status]));
  expect([...failed].filter((id) => status.get(id) !== "failed")).toEqual([]);
  expect(accounts).toEqual([expect.objectContaining({ unitsLeft: expect.closeTo(units - total, 6) })]);
}

describe("a simulator killed under load", () => {
  it(`has lost nothing it acknowledged, ${kills} times over`, { timeout: 60_000 + kills * 20_000 }, async () => {
    const path = statePath();
    const told: Told = { sent: 0, created: new Map(), failed: new Set() };
    for (let life = 0; life <= kills; life += 1) {
      const simulator = await startProcess(path);
      if (life === 0) await simulator.json("POST", "/__mock/accounts", { key: "load-key", units });
      await check(simulator, told);
      const enough = told.created.size + 1 + Math.floor(Math.random() * 100);
      const calls = callUntilGone(simulator, told);
      // The moment is what is random here; it has to fall into the load, however slow the machine is.
      while (told.created.size < enough) await sleep(1);
      await simulator.kill();
      await calls;
    }
    expect(told.created.size).toBeGreaterThan(kills);
    expect(told.failed.size).toBeGreaterThan(0);
  });
});

describe.skipIf(!existsSync("/usr/bin/prlimit"))("a simulator whose disk is full", () => {
  it("says so in each answer, loses nothing, and goes on once there is room", async () => {
    const path = statePath();
    // A limit on the file's size stands for the disk's: Node sees an error from the same call.
    const simulator = await startProcess(path, ["/usr/bin/prlimit", "--fsize=20000:unlimited"]);
    const submit = (own: string) =>
      simulator.json("POST", image2video.cometapi, { ...minimal, external_task_id: own, prompt: "x".repeat(400) });
    const statuses: number[] = [];
    while (!statuses.includes(500) && statuses.length < 60) statuses.push((await submit(`a${statuses.length}`)).status);
    const refused = await simulator.json("GET", "/__mock/ledger");
    expect(refused.status).toBe(500);
    expect(JSON.stringify(refused.body)).toContain(`The state file ${path} can't be written`);
    spawnSync("/usr/bin/prlimit", ["--pid", String(simulator.child.pid), "--fsize=unlimited:unlimited"]);
    expect((await submit("after")).status).toBe(200);
    await simulator.kill();
    const { json } = await startProcess(path);
    const { charges } = (await json("GET", "/__mock/ledger")).body as { charges: Charge[] };
    expect(charges.map(({ externalTaskId }) => externalTaskId)).toEqual([
      ...statuses.map((_, index) => `a${index}`),
      "after",
    ]);
  });
});
