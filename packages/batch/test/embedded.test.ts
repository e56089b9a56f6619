import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type EngineSettings, embeddedEngine, readManifest, runBatch } from "@klingkit/batch";
import { afterEach, describe, expect, it } from "vitest";
import { describeEngine } from "./behaviour.js";
import { createWorld, type World } from "./world.js";

const examples = path.resolve(import.meta.dirname, "../../../examples");

describeEngine({ name: "the embedded engine", make: (out) => embeddedEngine({ out }) });

describe("the embedded engine", () => {
  let world: World;
  afterEach(() => world.close());

  it("pays for no row that another folder has paid for, where own ids are taken only once", async () => {
    world = await createWorld("kling");
    const rows = await world.rows(5);
    for (const folder of ["one", "two"]) {
      const engine = embeddedEngine({ out: path.join(world.folder, folder) });
      const { counts } = await runBatch({ ...world.settings, rows, engine });
      expect(counts.done).toBe(5);
    }
    expect(world.charges()).toHaveLength(5);
  });

  it("finds what another folder has paid for at the gateway, too, and asks before it pays for what it does not find", async () => {
    world = await createWorld("cometapi");
    const rows = await world.rows(3);
    const run = (folder: string, assumeAbsent: boolean) =>
      runBatch({
        ...world.settings,
        rows,
        assumeAbsent,
        engine: embeddedEngine({ out: path.join(world.folder, folder) }),
      });
    await expect(run("one", false)).rejects.toThrow(/^3 rows are neither in the journal nor found .*--assume-absent/);
    expect(world.posts()).toBe(0);
    await run("one", true);
    expect((await run("two", false)).counts.done).toBe(3);
    expect(world.charges()).toHaveLength(3);
    const asked: number[] = [];
    const confirmAbsent = (absent: readonly unknown[]) => asked.push(absent.length) > 0;
    const settings = { ...world.settings, rows: await world.rows(5), assumeAbsent: false, confirmAbsent };
    await runBatch({ ...settings, engine: embeddedEngine({ out: path.join(world.folder, "three") }) });
    expect([asked, world.charges().length]).toEqual([[2], 5]);
  });

  it("writes nothing outside of its folder, whatever the ids look like", async () => {
    world = await createWorld("kling");
    const ids = ["../evil", "..", "/tmp/evil", "a/../../b", "C:\\evil", ".klingkit/journal"];
    const rows = (await world.rows(ids.length)).map((row, index) => ({ ...row, id: ids[index] ?? "" }));
    const out = path.join(world.folder, "videos");
    const { counts } = await runBatch({ ...world.settings, rows, engine: embeddedEngine({ out }) });
    expect(counts.done).toBe(ids.length);
    expect((await readdir(world.folder)).sort()).toEqual(["jobs.jsonl", "videos"]);
    const videos = ["C-evil", "a-..-..-b", "evil", "klingkit-journal", "row", "tmp-evil"].map((name) => `${name}.mp4`);
    expect((await readdir(out)).sort()).toEqual([".klingkit", ...videos, "report.html"].sort());
  });

  it("cuts no character of a long id in two: such a name stood in no report", async () => {
    world = await createWorld("kling");
    const out = path.join(world.folder, "videos");
    const rows = (await world.rows(1)).map((row) => ({ ...row, id: `${"a".repeat(79)}\u{20000}` }));
    const { unwritten, results } = await runBatch({ ...world.settings, rows, engine: embeddedEngine({ out }) });
    expect(unwritten).toEqual([]);
    expect(await readdir(out)).toContain(results[0]?.files[0]);
  });

  it("says that each row is done in both of two processes that share a folder", async () => {
    world = await createWorld("kling");
    const rows = await world.rows(12);
    const run = () =>
      runBatch({ ...world.settings, rows, engine: embeddedEngine({ out: path.join(world.folder, "videos") }) });
    const counts = (await Promise.all([run(), run()])).map((summary) => summary.counts);
    expect(counts.map(({ done, skipped }) => done + skipped)).toEqual([12, 12]);
    expect(world.charges()).toHaveLength(12);
  });

  it("knows the results in its folder by their content where the journal is lost", async () => {
    world = await createWorld("kling");
    const rows = await world.rows(2);
    const out = path.join(world.folder, "videos");
    const run = () => runBatch({ ...world.settings, rows, engine: embeddedEngine({ out }) });
    await run();
    await rm(path.join(out, ".klingkit"), { recursive: true });
    expect((await run()).counts).toMatchObject({ done: 2 });
    expect(world.charges()).toHaveLength(2);
  });

  it("brings the first video back where an edit is undone, and pays nothing for it", async () => {
    world = await createWorld("kling");
    const first = await world.rows(1);
    const out = path.join(world.folder, "videos");
    const run = (rows: typeof first) => runBatch({ ...world.settings, rows, engine: embeddedEngine({ out }) });
    const file = path.join(out, "product-0.mp4");
    await run(first);
    const video = await readFile(file);
    await run(await world.rows(1, { duration: "10" }));
    expect((await readFile(file)).equals(video)).toBe(false);
    expect((await run(first)).counts.done).toBe(1);
    expect((await readFile(file)).equals(video)).toBe(true);
    expect(world.charges()).toHaveLength(2);
  });

  it("pays once for a picture that is changed while the batch runs", async () => {
    world = await createWorld("kling");
    const pictures = path.join(world.folder, "pictures");
    await mkdir(pictures);
    const use = (name: string) => copyFile(path.join(examples, name), path.join(pictures, "cup.png"));
    await use("coffee.png");
    const read = async () => (await readManifest(pictures, { defaults: { model_name: "kling-v2-6" } })).rows;
    const engine = embeddedEngine({ out: path.join(world.folder, "videos") });
    const before = await read();
    await use("rocket.jpg");
    const changed = await runBatch({ ...world.settings, rows: before, engine });
    const message = expect.stringContaining("The content of cup.png is not what it was when the manifest was read.");
    expect(changed.results).toMatchObject([{ state: "failed", usd: 0, error: { message } }]);
    const again = await runBatch({ ...world.settings, rows: await read(), engine });
    expect([again.counts.done, world.charges().length]).toEqual([1, 1]);
  });

  it("keeps the results of a row apart from those of a row whose id ends in a number", async () => {
    world = await createWorld("kling");
    const manifest = path.join(world.folder, "jobs.jsonl");
    const row = { family: "imageGenerations", model_name: "kling-v2-1", prompt: "a cup" };
    const lines = [
      { ...row, id: "cup", n: 2 },
      { ...row, id: "cup-2" },
    ].map((one) => JSON.stringify(one));
    await writeFile(manifest, lines.join("\n"));
    const { rows, problems } = await readManifest(manifest);
    expect(problems).toEqual([]);
    const engine = embeddedEngine({ out: path.join(world.folder, "pictures") });
    const { results } = await runBatch({ ...world.settings, rows, engine });
    expect(results.map(({ files }) => files)).toEqual([["cup.png", "cup+2.png"], ["cup-2.png"]]);
  });

  it("refuses the folder of a batch at another server before it sends anything", async () => {
    world = await createWorld("kling");
    const rows = await world.rows(2);
    const engine = embeddedEngine({ out: path.join(world.folder, "videos") });
    await runBatch({ ...world.settings, rows: rows.slice(0, 1), engine });
    const { client } = world.settings;
    const elsewhere = (settings: EngineSettings) =>
      client({ ...settings, baseUrl: "https://other.example" } as EngineSettings);
    await expect(runBatch({ ...world.settings, rows, client: elsewhere, engine })).rejects.toThrow(
      /videos holds a batch of https:\/\/\S+, and this run goes to https:\/\/other\.example\. Give another output folder\./,
    );
    expect(world.posts()).toBe(1);
  });

  it("says what is wrong with the key, and not that rows are absent, where the gateway can't be asked", async () => {
    world = await createWorld("cometapi", { apiKey: "test-wrong-key" });
    const settings = { ...world.settings, rows: await world.rows(2), assumeAbsent: false };
    const run = runBatch({ ...settings, engine: embeddedEngine({ out: path.join(world.folder, "videos") }) });
    await expect(run).rejects.toMatchObject({ code: expect.stringMatching(/^gateway-authentication$/) });
  });

  it("does not wait for its next attempt once it is drained", { timeout: 4_000 }, async () => {
    world = await createWorld("kling");
    world.mock.rules.add({ match: { method: "POST" }, prefer: "code=1302" });
    const drain = new AbortController();
    const onEvent = ({ type }: { readonly type: string }) => type === "row-retried" && drain.abort("enough");
    // Not the simulator's own function, whose tasks are asked for without pauses.
    const fetch: typeof globalThis.fetch = (input, init) => world.mock.fetch(input, init);
    const client = (settings: EngineSettings) => world.settings.client({ ...settings, fetch } as EngineSettings);
    const rows = await world.rows(1);
    const engine = embeddedEngine({ out: path.join(world.folder, "videos") });
    const { counts } = await runBatch({ ...world.settings, client, rows, onEvent, drain: drain.signal, engine });
    expect(counts).toMatchObject({ "not-started": 1 });
  });

  it("downloads again what was deleted, and pays nothing for it", async () => {
    world = await createWorld("kling");
    const rows = await world.rows(2);
    const out = path.join(world.folder, "videos");
    const run = () => runBatch({ ...world.settings, rows, engine: embeddedEngine({ out }) });
    await run();
    await rm(path.join(out, "product-1.mp4"));
    expect((await run()).counts).toMatchObject({ skipped: 1, done: 1 });
    expect((await readFile(path.join(out, "product-1.mp4"))).length).toBeGreaterThan(100);
    expect(world.charges()).toHaveLength(2);
  });
});
