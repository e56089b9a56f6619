import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { readManifest, runBatch } from "@klingkit/batch";
import { Fleet, startWorker } from "@klingkit/batch/fleet";
import { describe, expect, it } from "vitest";
import { skipWithout } from "../../../tests/support/tools.js";
import { useFleet } from "./fleet-kit.js";
import { createWorld, until } from "./world.js";

const { skip, note } = skipWithout("redis-server");
const examples = path.resolve(import.meta.dirname, "../../../examples");

describe.skipIf(skip)(`a fleet whose rows are edited, or whose files are not as they were,${note}`, () => {
  const kit = useFleet();
  const { ends, engine, out } = kit;
  const fleet = () => {
    const made = new Fleet({ redis: kit.server.url, name: kit.world.settings.name });
    ends.push(() => made.close());
    return made;
  };
  const worker = async (folder = out()) => {
    const { name, client } = kit.world.settings;
    const started = await startWorker({ redis: kit.server.url, name, client, out: folder });
    ends.push(() => started.close());
  };

  it("sends no request that was edited while it waited in the queue", async () => {
    const old = await kit.world.rows(3);
    const controller = new AbortController();
    const feeding = runBatch({
      ...kit.world.settings,
      rows: old,
      signal: controller.signal,
      engine: engine({ workers: 0 }),
    });
    const steering = fleet();
    await until(async () => (await steering.status()).waiting === 3);
    controller.abort("enough");
    await feeding;
    const rows = await kit.world.rows(3, { prompt: "slow pan" });
    const { counts, results } = await runBatch({ ...kit.world.settings, rows, engine: engine() });
    expect(counts).toMatchObject({ done: 3 });
    await until(async () => (await steering.status()).waiting === 0);
    const ownIds = results.map(({ external_task_id }) => external_task_id);
    expect(kit.world.charges().sort()).toEqual(ownIds.sort());
  });

  it("keeps the video of an edited row where the task of the old request ends later", async () => {
    await kit.world.close();
    kit.world = await createWorld("kling", { progress: "manual" });
    const { ledger, tasks } = kit.world.mock;
    const controller = new AbortController();
    const old = { rows: await kit.world.rows(1, { duration: "10" }), signal: controller.signal };
    const feeding = runBatch({ ...kit.world.settings, ...old, engine: engine({ workers: 0 }) });
    await worker();
    await until(() => ledger.charges.length === 1);
    controller.abort("enough");
    await feeding;
    const rows = await kit.world.rows(1, { duration: "5" });
    const running = runBatch({ ...kit.world.settings, rows, engine: engine({ workers: 0 }) });
    await until(() => ledger.charges.length === 2);
    tasks.succeed(ledger.charges[1]?.taskId ?? "");
    expect((await running).counts.done).toBe(1);
    const video = await readFile(path.join(out(), "product-0.mp4"));
    tasks.succeed(ledger.charges[0]?.taskId ?? "");
    const watching = fleet();
    await until(async () => (await watching.status()).running === 0);
    expect((await readFile(path.join(out(), "product-0.mp4"))).equals(video)).toBe(true);
    expect((await watching.status()).results).toEqual({ done: 1 });
  });

  it("makes the folder of a worker that has one of its own, and starts none where that can't be", async () => {
    const own = path.join(kit.world.folder, "own", "videos");
    await worker(own);
    const rows = await kit.world.rows(1);
    const { counts } = await runBatch({ ...kit.world.settings, rows, engine: engine({ workers: 0 }) });
    expect([counts.done, await readdir(own)]).toEqual([1, ["product-0.mp4"]]);
    await expect(worker("/proc/klingkit/videos")).rejects.toThrow("can't be written to");
  });

  it("goes on with rows whose pictures were missing on a worker, once they are there", async () => {
    const pictures = path.join(kit.world.folder, "pictures");
    await mkdir(pictures);
    await copyFile(path.join(examples, "coffee.png"), path.join(pictures, "cup.png"));
    const { rows } = await readManifest(pictures, { defaults: { model_name: "kling-v2-6" } });
    const run = (folder: string) =>
      runBatch({ ...kit.world.settings, rows, engine: engine({ pictures: path.join(kit.world.folder, folder) }) });
    const message = expect.stringContaining("There is no file cup.png");
    expect((await run("elsewhere")).results).toMatchObject([{ state: "failed", usd: 0, error: { message } }]);
    await mkdir(path.join(kit.world.folder, "others"));
    await copyFile(path.join(examples, "rocket.jpg"), path.join(kit.world.folder, "others", "cup.png"));
    expect((await run("others")).results).toMatchObject([{ state: "failed", usd: 0 }]);
    expect((await run("pictures")).counts.done).toBe(1);
    expect(kit.world.charges()).toHaveLength(1);
  });

  it("counts the price of a row once where the result of its second attempt is downloaded again", async () => {
    kit.world.mock.rules.add({ match: { method: "POST" }, prefer: "scenario=service-busy", times: 1 });
    const rows = await kit.world.rows(1);
    const run = () => runBatch({ ...kit.world.settings, rows, budget: 0.21, engine: engine() });
    expect((await run()).results).toMatchObject([{ state: "done", attempt: 2 }]);
    await rm(path.join(out(), "product-0.mp4"));
    expect((await run()).results).toMatchObject([{ state: "done", attempt: 2, usd: 0.21 }]);
  });
});
