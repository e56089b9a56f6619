import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { memoryTaskStore, type TaskRecord, type TaskState, type TaskStore } from "@klingkit/core";
import { fileTaskStore, type TaskStoreDamage } from "@klingkit/core/node";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { folder, journal, useStoreFolder } from "./store-folder-kit.js";
import { record } from "./task-record-kit.js";

useStoreFolder();

const byId = (records: readonly TaskRecord[]) =>
  [...records].sort((left, right) => left.external_task_id.localeCompare(right.external_task_id));

describe("a task store in a folder", () => {
  it("keeps what it was told for the next process", async () => {
    const store = fileTaskStore(path.join(folder, "made", "on", "demand"));
    expect(await store.claim(record("a"))).toBeUndefined();
    await store.update(record("a", "accepted", { task_id: "1" }));
    expect(await store.claim(record("b"))).toBeUndefined();
    const next = fileTaskStore(path.join(folder, "made", "on", "demand"));
    expect(await next.list()).toEqual([record("a", "accepted", { task_id: "1" }), record("b")]);
    expect(await next.claim(record("a"))).toEqual(record("a", "accepted", { task_id: "1" }));
  });

  it("lets one of many claims of the same intention through, whoever makes them", async () => {
    const stores = [fileTaskStore(folder), fileTaskStore(folder), fileTaskStore(folder)];
    const claims = Array.from({ length: 60 }, (_, index) => stores[index % 3]?.claim(record(`id-${index % 5}`)));
    const won = (await Promise.all(claims)).filter((earlier) => earlier === undefined);
    expect(won).toHaveLength(5);
  });

  it("behaves like the one in memory, for two users at once, across compactions and restarts", async () => {
    const ids = fc.constantFrom("a", "b", "c", "d");
    const states = fc.constantFrom("accepted", "refused", "unknown", "ended" as const);
    const step = fc.oneof(
      fc.record({ call: fc.constant("claim" as const), id: ids, user: fc.nat(1) }),
      fc.record({ call: fc.constant("update" as const), id: ids, user: fc.nat(1), state: states }),
      fc.record({ call: fc.constantFrom("restart", "list"), user: fc.nat(1) }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        run += 1;
        const place = path.join(folder, String(run));
        const openOne = () => fileTaskStore(place, { limit: 4 });
        const users: TaskStore[] = [openOne(), openOne()];
        const model = memoryTaskStore(4);
        for (const [index, { user, ...does }] of steps.entries()) {
          const store = users[user] ?? openOne();
          const time = { updatedAt: index };
          if (does.call === "restart") users[user] = openOne();
          else if (!("id" in does)) expect(byId(await store.list())).toEqual(byId(await model.list()));
          else if (does.call === "claim")
            expect(await store.claim(record(does.id, "sending", time))).toEqual(
              await model.claim(record(does.id, "sending", time)),
            );
          else {
            await store.update(record(does.id, does.state, time));
            await model.update(record(does.id, does.state, time));
          }
        }
        expect(byId(await openOne().list())).toEqual(byId(await model.list()));
        expect(await journal(place)).toHaveLength(1);
      }),
      { numRuns: 40 },
    );
  });

  it("stays small: what ended more than 30 days ago goes first, what is open stays", async () => {
    const store = fileTaskStore(folder, { limit: 10 });
    const month = 31 * 24 * 3_600_000;
    await store.claim(record("open"));
    for (let round = 0; round < 10; round += 1) {
      const ids = Array.from({ length: 10 }, (_, index) => `id-${round}-${index}`);
      await Promise.all(ids.map((id) => store.claim(record(id))));
      await Promise.all(ids.map((id) => store.update(record(id, "ended", { updatedAt: round * month }))));
    }
    const kept = await store.list();
    expect(kept.length).toBeLessThanOrEqual(30);
    expect(kept).toContainEqual(record("open"));
    const [name = "", ...others] = await journal();
    expect(others).toEqual([]);
    expect(name).not.toBe("tasks.000001.jsonl");
    expect((await stat(path.join(folder, name))).size).toBeLessThan(10_000);
  });
});

describe("refused intentions were never dropped", () => {
  it("from a store in a folder: about as many are kept as the limit says, the latest, and all that is open", async () => {
    const store = fileTaskStore(folder, { limit: 5 });
    await store.claim(record("open"));
    for (let index = 0; index < 100; index += 1) await store.update(record(`refused-${index}`, "refused"));
    const kept = (await store.list()).map(({ external_task_id }) => external_task_id);
    expect(kept).toContain("open");
    expect(kept).toContain("refused-99");
    expect(kept).not.toContain("refused-50");
    expect(kept.length).toBeLessThanOrEqual(15);
  });
});

describe("what version 1 of the store wrote", () => {
  const file = () => path.join(folder, "tasks.000001.jsonl");
  const line = (external_task_id: string, state: TaskState, more = {}) =>
    JSON.stringify({ family: "image2video", external_task_id, state, updatedAt: 5, ...more });
  const header = '{"klingkit":"task-store","version":1}';
  beforeEach(async () => {
    const lines = [header, line("a", "sending"), line("b", "accepted", { task_id: "1" }), line("c", "refused"), ""];
    await writeFile(file(), lines.join("\n"));
  });

  it("is read, and stands for whichever server is asked", async () => {
    const store = fileTaskStore(folder);
    expect(await store.claim(record("a"))).toEqual(
      record("a", "sending", { claimedAt: 5, until: 5 + 15 * 60_000, updatedAt: 5 }),
    );
    expect(await store.find(record("b", "sending", { account: "second" }))).toMatchObject({
      account: "second",
      task_id: "1",
      state: "accepted",
    });
    expect(await store.claim(record("c"))).toBeUndefined();
    expect((await store.list({ open: true })).map(({ external_task_id }) => external_task_id).sort()).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("belongs to the server that has news of it", async () => {
    const store = fileTaskStore(folder);
    await store.update(record("b", "ended", { updatedAt: 9 }));
    const expected = record("b", "ended", { task_id: "1", claimedAt: 5, until: 5, updatedAt: 9 });
    for (const one of [store, fileTaskStore(folder)]) {
      expect(await one.find(record("b"))).toEqual(expected);
      expect(await one.find(record("b", "sending", { account: "second" }))).toBeUndefined();
    }
  });

  it("is moved to a file of this version, and sealed, so that the older klingkit stops using it", async () => {
    const whole = await readFile(file(), "utf8");
    await fileTaskStore(folder).list();
    expect(await journal()).toEqual(["tasks.000002.jsonl"]);
    const next = await readFile(path.join(folder, "tasks.000002.jsonl"), "utf8");
    expect(next).toMatch(/^{"klingkit":"task-store","version":2}\n/);
    await writeFile(file(), whole);
    expect(await fileTaskStore(folder).list()).toHaveLength(3);
  });
});

describe("after a crash, a task store", () => {
  it("has everything it confirmed, wherever the last line was torn", async () => {
    const store = fileTaskStore(folder);
    await store.claim(record("a"));
    const file = path.join(folder, "tasks.000001.jsonl");
    const { size } = await stat(file);
    await store.claim(record("b"));
    const whole = await readFile(file);
    // One that lacks nothing but its end counts as soon as somebody else writes: its intention is taken, by the dead.
    for (let length = size; length < whole.length - 1; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      const next = fileTaskStore(folder);
      expect(await next.list()).toEqual([record("a")]);
      expect(await next.claim(record("b"))).toBeUndefined();
      expect(byId(await fileTaskStore(folder).list())).toEqual([record("a"), record("b")]);
    }
  });

  it("goes on where a compaction stopped half-way", async () => {
    const store = fileTaskStore(folder);
    await store.claim(record("a"));
    const file = path.join(folder, "tasks.000001.jsonl");
    await writeFile(file, `${await readFile(file, "utf8")}{"sealed":true}\n${JSON.stringify(record("void"))}\n`);
    const others = [store, fileTaskStore(folder), fileTaskStore(folder)];
    const claims = await Promise.all(others.map((one) => one.claim(record("b"))));
    expect(claims.filter((earlier) => earlier === undefined)).toHaveLength(1);
    expect(byId(await store.list())).toEqual([record("a"), record("b")]);
    expect(await journal()).toEqual(["tasks.000002.jsonl"]);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("a line of a task store that is damaged", () => {
  const file = () => path.join(folder, "tasks.000001.jsonl");
  const open = (damage: TaskStoreDamage[]) => fileTaskStore(folder, { onDamage: (one) => damage.push(one) });

  it("is told, wherever a byte of it changes: no record is lost silently", async () => {
    const store = fileTaskStore(folder);
    await Promise.all([store.claim(record("own-1", "sending", { note: "ä\n" })), store.claim(record("own-2"))]);
    await store.update(record("own-3", "accepted", { task_id: "T" }));
    const before = await store.list();
    const whole = await readFile(file());
    const start = whole.indexOf("\n") + 1;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const changed = Buffer.from(whole);
          changed[at] = (changed[at] ?? 0) ^ by;
          // Somebody goes on writing; by then everything before is ended by a newline.
          await writeFile(file(), changed);
          const damage: TaskStoreDamage[] = [];
          await open([]).claim(record("next"));
          const kept = await open(damage).list();
          const told = damage.map(({ text }) => text).join("\n");
          for (const one of before) {
            if (kept.some((record) => isDeepStrictEqual(record, one))) continue;
            if (changed.includes(one.external_task_id)) expect(told).toContain(one.external_task_id);
          }
          if (kept.length < before.length + 1) expect(damage.length).toBeGreaterThan(0);
          for (const one of kept) if (one.external_task_id !== "next") expect(before).toContainEqual(one);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is told also where its last byte has become the newline after it", async () => {
    const store = fileTaskStore(folder);
    for (const id of ["own-1", "own-2"]) await store.claim(record(id));
    const lines = (await readFile(file(), "utf8")).split("\n");
    const first = lines.findIndex((line) => line.includes("own-1"));
    lines[first] = lines[first]?.replace(/.$/, "\n") ?? "";
    await writeFile(file(), lines.join("\n"));
    const damage: TaskStoreDamage[] = [];
    expect(await open(damage).list()).toEqual([record("own-2")]);
    expect(damage).toEqual([{ folder, text: expect.stringContaining("own-1") }]);
  });

  it("stays in the next file, and an intention that only it speaks of has an unknown outcome", async () => {
    await fileTaskStore(folder).claim(record("own", "sending", { until: 9 }));
    const text = await readFile(file(), "utf8");
    await writeFile(file(), `${text.replace('"until":9', '"until":8')}{"sealed":true}\n`);
    for (const expected of ["tasks.000002.jsonl", "tasks.000002.jsonl"]) {
      const damage: TaskStoreDamage[] = [];
      const store = open(damage);
      expect(await store.claim(record("own"))).toMatchObject({ state: "unknown", external_task_id: "own" });
      expect(await store.claim(record("other", "refused"))).toBeUndefined();
      expect(damage).toEqual([{ folder, text: expect.stringContaining('"until":8') }]);
      expect(await journal()).toEqual([expected]);
      await store.update(record("other", "refused"));
    }
    const settled = open([]);
    await settled.update(record("own", "refused"));
    expect(await settled.claim(record("own"))).toBeUndefined();
  });

  it("is a warning of the process unless somebody listens", async () => {
    const warning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    await fileTaskStore(folder).claim(record("own", "sending", { note: "x".repeat(1_000) }));
    await writeFile(file(), (await readFile(file(), "utf8")).replace("own", "OWN"));
    const store = fileTaskStore(folder);
    await store.list();
    await store.list();
    expect(warning).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^A line of the task store in .*OWN.{0,300}$/),
      "KlingkitTaskStore",
    );
    warning.mockRestore();
  });
});
