import path from "node:path";
import { embeddedEngine, planBatch, runBatch } from "@klingkit/batch";
import { afterEach, expect, it } from "vitest";
import { createWorld, type World } from "./world.js";

let world: World;
afterEach(() => world.close());

it("a plan takes the run time on record, also of a family where the mode does not matter", async () => {
  world = await createWorld("kling");
  const [row] = await world.rows(1);
  const seconds = (body: object, family = "image2video") =>
    planBatch(row ? [{ ...row, family, body: { ...body } }] : [], { name: "n", cap: 1 });
  expect(await seconds({ prompt: "a boat" }, "text2video")).toMatchObject({ seconds: 319 });
  expect(await seconds({ model_name: "kling-v3", mode: "pro" })).toMatchObject({ seconds: 210 });
  expect(await seconds({ model_name: "kling-v2-6", mode: "pro" })).toMatchObject({ seconds: 230 });
});

it("a plan says what a run pays, and what is there already", async () => {
  world = await createWorld("kling");
  const out = path.join(world.folder, "videos");
  const rows = await world.rows(6);
  const plan = (cap?: number) =>
    planBatch(rows, { name: world.settings.name, out, taskSeconds: 60, ...(cap ? { cap } : {}) });
  expect(await plan(4)).toMatchObject({ rows: 6, toPay: 6, finished: 0, usd: 1.26, units: 9, seconds: 120 });
  const { usd } = await runBatch({ ...world.settings, rows: rows.slice(0, 2), engine: embeddedEngine({ out }) });
  expect(usd).toBe(0.42);
  expect(await plan()).toMatchObject({ toPay: 4, finished: 2, usd: 0.84, seconds: undefined });
  expect(world.mock.ledger.total).toBeDefined();
  const edited = await world.rows(1, { prompt: "another" });
  expect(await planBatch(edited, { name: world.settings.name, out })).toMatchObject({
    toPay: 1,
    edited: ["product-0"],
  });
  expect(await planBatch(rows, { name: "another", out })).toMatchObject({ toPay: 6, edited: [] });
});

it("a plan counts no money for what would fail again, and calls no row paid that has failed", async () => {
  world = await createWorld("kling");
  const out = path.join(world.folder, "videos");
  const rows = await world.rows(1, { prompt: "[[scenario=risk-control]]" });
  await runBatch({ ...world.settings, rows, engine: embeddedEngine({ out }) });
  const plan = (planned: typeof rows) => planBatch(planned, { name: world.settings.name, out });
  expect(await plan(rows)).toMatchObject({ rows: 1, failed: 1, toPay: 0, usd: 0 });
  expect(await plan(await world.rows(1, { prompt: "slow pan" }))).toMatchObject({ failed: 0, toPay: 1, edited: [] });
});
