import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type BatchEngine, readManifest, runBatch } from "@klingkit/batch";
import type { Dialect } from "@klingkit/core";
import { afterEach, describe, expect, it } from "vitest";
import { createWorld, type World } from "./world.js";

export interface EngineUnderTest {
  readonly name: string;
  /** A new engine that goes on with what earlier ones of this world and folder left. */
  make(out: string): BatchEngine;
}

/** What every engine does. */
export function describeEngine({ name, make }: EngineUnderTest): void {
  let world: World;
  const outOf = (folder = "videos") => path.join(world.folder, folder);
  const engine = (folder?: string) => make(outOf(folder));
  const videos = async (folder?: string) =>
    (await readdir(outOf(folder))).filter((file) => file.endsWith(".mp4")).sort();

  describe.each<Dialect>(["kling", "cometapi"])(`${name}, dialect %s`, (dialect) => {
    afterEach(() => world.close());

    it("makes a file of each row and pays once for it; again it does nothing", async () => {
      world = await createWorld(dialect);
      const rows = await world.rows(25);
      const first = await runBatch({ ...world.settings, rows, engine: engine() });
      expect(first.counts).toMatchObject({ done: 25 });
      expect(await videos()).toEqual(rows.map(({ id }) => `${id}.mp4`).sort());
      expect(new Set(world.charges()).size).toBe(25);
      const posts = world.posts();
      const again = await runBatch({ ...world.settings, rows: [...rows].reverse(), engine: engine() });
      expect(again.counts).toMatchObject({ skipped: 25 });
      expect([world.posts(), world.charges().length]).toEqual([posts, 25]);
      expect(again.usd).toBe(first.usd);
    });

    it("pays once for each row while a fifth of all requests goes wrong", async () => {
      world = await createWorld(dialect);
      const lost = ["fault=reset-before", "fault=reset-after-accept", "code=5000", "code=1302", "code=1303"];
      for (const prefer of lost) world.mock.rules.add({ match: {}, prefer, probability: 0.04 });
      const rows = await world.rows(40);
      let { counts } = await runBatch({ ...world.settings, rows, engine: engine() });
      for (let round = 0; round < 5 && counts.done + counts.skipped < 40; round += 1)
        ({ counts } = await runBatch({ ...world.settings, rows, engine: engine() }));
      const charges = world.charges();
      expect(new Set(charges).size).toBe(charges.length);
      // What nobody can tell stays so at the gateway; it is never paid for again.
      expect(counts.done + counts.skipped + counts.unknown).toBe(40);
      if (dialect === "kling") expect([counts.unknown, charges.length]).toEqual([0, 40]);
      expect(await videos()).toHaveLength(counts.done + counts.skipped);
    });

    it("pays again for a row that was edited, and says so", async () => {
      world = await createWorld(dialect);
      await runBatch({ ...world.settings, rows: await world.rows(3), engine: engine() });
      const edited = (await world.rows(3, { prompt: "slow pan" })).slice(0, 1);
      const { counts } = await runBatch({ ...world.settings, rows: edited, engine: engine() });
      expect(counts.done).toBe(1);
      expect(world.events.filter(({ type }) => type === "row-edited")).toMatchObject([{ row: { id: "product-0" } }]);
      expect(world.charges()).toHaveLength(4);
    });

    it("puts the new video of an edited row in the place of its old one", async () => {
      world = await createWorld(dialect);
      await runBatch({ ...world.settings, rows: await world.rows(1), engine: engine() });
      const file = path.join(outOf(), "product-0.mp4");
      await writeFile(file, "the old video");
      const edited = await world.rows(1, { prompt: "slow pan" });
      const { results } = await runBatch({ ...world.settings, rows: edited, engine: engine() });
      expect(results).toMatchObject([{ state: "done", files: ["product-0.mp4"] }]);
      expect(await readFile(file, "latin1")).not.toBe("the old video");
    });

    it("leaves a file alone that is not the batch's, however often it runs, and loses no result to it", async () => {
      world = await createWorld(dialect);
      const rows = await world.rows(1);
      const file = path.join(outOf(), "product-0.mp4");
      const run = () => runBatch({ ...world.settings, rows, engine: engine() });
      await mkdir(outOf());
      await writeFile(file, "a family film");
      for (let times = 0; times < 2; times += 1) {
        const error = { code: "file-exists", message: expect.stringContaining("Move it elsewhere") };
        expect((await run()).results).toMatchObject([{ state: "failed", usd: 0.21, error }]);
        expect(await readFile(file, "utf8")).toBe("a family film");
        // Whoever edits a row pays for it again.
        expect(await readdir(outOf())).not.toContain("failed.jsonl");
      }
      await rm(file);
      expect((await run()).counts.done).toBe(1);
      expect(world.charges()).toHaveLength(1);
    });

    it("speaks of no second payment for a row that has failed and was edited", async () => {
      world = await createWorld(dialect);
      const failed = await world.rows(1, { prompt: "[[scenario=risk-control]]" });
      await runBatch({ ...world.settings, rows: failed, engine: engine() });
      const edited = await world.rows(1, { prompt: "slow pan" });
      expect((await runBatch({ ...world.settings, rows: edited, engine: engine() })).counts.done).toBe(1);
      expect(world.events.map(({ type }) => type)).not.toContain("row-edited");
    });

    it("starts no row where the results could not be put, and pays for none", async () => {
      world = await createWorld(dialect);
      const rows = await world.rows(1);
      await writeFile(outOf("a file"), "");
      for (const out of [outOf("a file"), "/proc/klingkit/videos"])
        await expect(runBatch({ ...world.settings, rows, engine: make(out) })).rejects.toThrow(
          `The output folder ${out} can't be written to (`,
        );
      expect(world.posts()).toBe(0);
    });

    it("says that its report could not be written, and loses no result with it", async () => {
      world = await createWorld(dialect);
      await mkdir(path.join(outOf(), "report.html"), { recursive: true });
      const { counts, unwritten } = await runBatch({ ...world.settings, rows: await world.rows(1), engine: engine() });
      expect([counts.done, unwritten]).toEqual([
        1,
        [`${path.join(outOf(), "report.html")} could not be written (EISDIR).`],
      ]);
      expect(await readdir(outOf())).not.toContainEqual(expect.stringMatching(/\.tmp$/));
    });

    it.runIf(dialect === "cometapi")("counts the price of a row that nobody can tell the outcome of", async () => {
      world = await createWorld(dialect);
      world.mock.rules.add({ match: { method: "POST" }, prefer: "fault=reset-before" });
      const { results, usd } = await runBatch({ ...world.settings, rows: await world.rows(1), engine: engine() });
      expect([results[0]?.state, usd]).toEqual(["unknown", 0.21]);
    });

    it("does not start a row whose price is unknown while there is a budget", async () => {
      world = await createWorld(dialect);
      const [row] = await world.rows(1);
      const rows = row ? [{ ...row, usd: null, body: { ...row.body, model_name: "unheard-of" } }] : [];
      const { results } = await runBatch({ ...world.settings, rows, budget: 5, engine: engine() });
      expect(results).toMatchObject([{ state: "not-started", usd: 0, error: { code: "price-unknown" } }]);
    });

    it("tries again what failed in passing, and not what was refused for its content", async () => {
      world = await createWorld(dialect);
      world.mock.rules.add({ match: { method: "POST", model: "kling-v3" }, prefer: "scenario=service-busy", times: 2 });
      const [busy, bad] = [
        await world.rows(1, { model_name: "kling-v3" }),
        await world.rows(2, { prompt: "[[scenario=risk-control]]" }),
      ];
      const rows = [...busy, ...bad.slice(1)];
      const { results } = await runBatch({ ...world.settings, rows, engine: engine() });
      expect(results).toMatchObject([
        { state: "done", attempt: 3 },
        { state: "failed", attempt: 1, usd: 0, error: { code: "task-failed-risk-control" } },
      ]);
      const posts = world.posts();
      const again = await runBatch({ ...world.settings, rows, engine: engine() });
      expect(again.counts).toMatchObject({ skipped: 1, failed: 1 });
      expect(world.posts()).toBe(posts);
    });

    it("leaves the rows that failed as a manifest, with the reason", async () => {
      world = await createWorld(dialect);
      const rows = await world.rows(2, { prompt: "[[scenario=risk-control]]" });
      await runBatch({ ...world.settings, rows, engine: engine() });
      const failed = await readManifest(path.join(outOf(), "failed.jsonl"));
      expect(failed.problems).toEqual([]);
      expect(failed.rows.map(({ id, digest }) => [id, digest])).toEqual(rows.map(({ id, digest }) => [id, digest]));
    });

    it("loses no edited row of failed.jsonl where the run of that file ends before its rows are sent", async () => {
      world = await createWorld(dialect);
      const failed = path.join(outOf(), "failed.jsonl");
      const run = async (budget: number) =>
        runBatch({ ...world.settings, rows: (await readManifest(failed)).rows, budget, engine: engine() });
      const rows = await world.rows(2, { prompt: "[[scenario=risk-control]]" });
      await runBatch({ ...world.settings, rows, engine: engine() });
      await writeFile(failed, (await readFile(failed, "utf8")).replaceAll("[[scenario=risk-control]]", "slow pan"));
      expect((await run(0.3)).counts).toMatchObject({ done: 1, "not-started": 1 });
      expect((await readManifest(failed)).rows).toMatchObject([{ body: { prompt: "slow pan" } }]);
      expect((await run(0.5)).counts).toMatchObject({ done: 1 });
      expect(await readdir(outOf())).not.toContain("failed.jsonl");
    });

    it("spends no more than its budget, over all runs", async () => {
      world = await createWorld(dialect);
      const rows = await world.rows(6);
      const price = rows[0]?.usd ?? 0;
      const run = (budget: number) => runBatch({ ...world.settings, rows, budget, engine: engine() });
      expect((await run(price * 2.5)).counts).toMatchObject({ done: 2, "not-started": 4 });
      expect((await run(price * 2.5)).counts).toMatchObject({ skipped: 2, "not-started": 4 });
      expect(world.charges()).toHaveLength(2);
      expect((await run(price * 6)).counts).toMatchObject({ skipped: 2, done: 4 });
    });

    it("sends nothing new once it is drained, and goes on the next time", async () => {
      world = await createWorld(dialect);
      const rows = await world.rows(20);
      const drain = new AbortController();
      const onEvent = (event: { readonly type: string }) => event.type === "row-ended" && drain.abort("enough");
      const first = await runBatch({ ...world.settings, rows, cap: 3, drain: drain.signal, onEvent, engine: engine() });
      expect(first.counts.done).toBeGreaterThanOrEqual(3);
      expect(first.counts.done + first.counts["not-started"]).toBe(20);
      expect(world.charges()).toHaveLength(first.counts.done);
      const { counts } = await runBatch({ ...world.settings, rows, engine: engine() });
      expect(counts.done + counts.skipped).toBe(20);
      expect(world.charges()).toHaveLength(20);
    });

    it.each([
      {
        fails: "throws",
        observe: () => {
          throw new Error("the log is full");
        },
      },
      { fails: "rejects", observe: () => Promise.reject(new Error("the log is full")) },
    ])("makes each row whatever an observer does: it $fails", async ({ observe }) => {
      world = await createWorld(dialect);
      const rows = await world.rows(4);
      const { counts } = await runBatch({ ...world.settings, rows, onEvent: observe, engine: engine() });
      expect(counts).toMatchObject({ done: 4 });
      expect(world.charges()).toHaveLength(4);
    });

    it("ends at once when it is aborted, and goes on the next time", async () => {
      world = await createWorld(dialect, { timing: { submittedMs: 20, processingMs: 600 } });
      const rows = await world.rows(8);
      const controller = new AbortController();
      const onEvent = (event: { readonly type: string }) => event.type === "row-status" && controller.abort("now");
      const first = await runBatch({ ...world.settings, rows, signal: controller.signal, onEvent, engine: engine() });
      expect(first.counts.open).toBeGreaterThan(0);
      const { counts } = await runBatch({ ...world.settings, rows, engine: engine() });
      expect(counts.done + counts.unknown).toBe(8);
      const charges = world.charges();
      expect([new Set(charges).size, charges.length]).toEqual([charges.length, 8]);
    });

    it("stops when the account has no money left: the other rows are not even tried", async () => {
      world = await createWorld(dialect, { apiKey: "test-empty" });
      const rows = await world.rows(60);
      const { counts } = await runBatch({ ...world.settings, rows, engine: engine() });
      expect(counts).toMatchObject({ "not-started": 60 });
      expect(world.posts()).toBeLessThan(30);
      expect(world.events.filter(({ type }) => type === "stopping")).toHaveLength(1);
    });
  });
}
