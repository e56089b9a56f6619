import { memoryTaskStore } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { cost, mostGrowth, noise } from "../../../tests/support/growth.js";
import { record } from "./task-record-kit.js";

const day = 24 * 3_600_000;
const idsOf = async (store: ReturnType<typeof memoryTaskStore>) =>
  (await store.list()).map(({ external_task_id }) => external_task_id);

describe("a task store in memory with a limit", () => {
  it("keeps what is open, and what has ended in the last 30 days, whatever the limit", async () => {
    const store = memoryTaskStore(2);
    for (const id of ["a", "b", "c"]) await store.claim(record(id, "accepted"));
    for (const id of ["d", "e"]) await store.update(record(id, "ended", { updatedAt: day }));
    await store.update(record("f", "accepted", { updatedAt: 31 * day }));
    expect(await idsOf(store)).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  it("forgets what ended longer ago, and what was refused, oldest first", async () => {
    const store = memoryTaskStore(2);
    await store.update(record("ended", "ended"));
    await store.update(record("refused", "refused"));
    await store.claim(record("open", "sending", { updatedAt: 31 * day }));
    expect(await idsOf(store)).toEqual(["refused", "open"]);
    for (let index = 0; index < 100; index += 1) await store.update(record(`refused-${index}`, "refused"));
    expect((await idsOf(store)).length).toBeLessThanOrEqual(3);
    expect(await store.find(record("open"))).toBeDefined();
  });

  it("looks at a growing store seldom: a claim costs the same however many are kept", async () => {
    const ended = (index: number) => record(`id-${index}`, "ended");
    const fill = (count: number) => async () => {
      const store = memoryTaskStore(10);
      for (let index = 0; index < count; index += 1) await store.update(ended(index));
    };
    const few = await cost(fill(2_000), 3);
    expect(await cost(fill(20_000), 3)).toBeLessThan(mostGrowth * Math.max(few, noise));
  });

  it("forgets nothing before the limit is passed", async () => {
    const store = memoryTaskStore(2);
    for (const id of ["a", "b"]) await store.update(record(id, "refused"));
    expect(await idsOf(store)).toEqual(["a", "b"]);
  });

  it("finds a record that names no server for any server, and names it from the first news on", async () => {
    const store = memoryTaskStore();
    const scope = { dialect: "cometapi", origin: "", account: "" } as const;
    await store.claim(record("old", "accepted", scope));
    expect(await store.find(record("old"))).toEqual(record("old", "accepted"));
    expect(await store.claim(record("old"))).toEqual(record("old", "accepted"));
    await store.update(record("old", "ended"));
    expect(await store.list()).toEqual([record("old", "ended")]);
    expect(await store.find(record("old", "sending", { account: "second" }))).toBeUndefined();
  });

  it("says what is open", async () => {
    const store = memoryTaskStore();
    for (const state of ["sending", "unknown", "refused", "accepted", "ended"] as const)
      await store.update(record(state, state));
    const open = (await store.list({ open: true })).map(({ state }) => state);
    expect(open).toEqual(["sending", "unknown", "accepted"]);
  });
});
