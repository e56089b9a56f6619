import { createMock, MockClock } from "@klingkit/mock-server";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ask, frozenMock } from "./helpers.js";
import { submit } from "./state-kit.js";

const taskIds = (rows: readonly { readonly taskId: string }[] | undefined) => rows?.map(({ taskId }) => taskId);

describe("the ledger's rows", () => {
  it("are counted, and the newest can be had, up to a task's own row", async () => {
    const mock = frozenMock();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await submit(mock));
    expect(mock.ledger.count).toBe(5);
    expect(taskIds(mock.ledger.newest(2))).toEqual(ids.slice(3));
    expect(taskIds(mock.ledger.newest(9))).toEqual(ids);
    expect(mock.ledger.newest(0)).toEqual([]);
    expect(taskIds(mock.ledger.newest(2, ids[3]))).toEqual(ids.slice(1, 3));
    expect(mock.ledger.newest(2, ids[0])).toEqual([]);
    expect(mock.ledger.newest(2, "5")).toBeUndefined();
    expect(mock.ledger.newest(1)?.[0]).toEqual(mock.ledger.charges.at(-1));
  });

  it("go with their tasks when these are dropped, and stay in count and sums as what the task will have come to", async () => {
    const mock = frozenMock({ maxTasks: 2 });
    const ids: string[] = [];
    const make = async (prompt: string) => ids.push(await submit(mock, { prompt }));
    await make("[[scenario=risk-control]]");
    for (const prompt of ["a", "b", "c", "d"]) await make(prompt);
    expect(taskIds(mock.ledger.charges)).toEqual(ids.slice(3));
    expect(mock.ledger.tasks().map(({ id }) => id)).toEqual(ids.slice(3));
    expect(mock.ledger.newest(2, ids[1])).toBeUndefined();
    expect(mock.ledger.carried).toEqual([
      { account: "account-1", state: "released", count: 1, units: 1.5, usd: 0.21 },
      { account: "account-1", state: "charged", count: 2, units: 3, usd: 0.42 },
    ]);
    expect([mock.ledger.count, mock.ledger.total, mock.ledger.reserved]).toEqual([5, 3, 3]);
  });

  it("of a task that was dropped late count as they stood then", async () => {
    const mock = frozenMock({ maxTasks: 1, chargeAt: "create" });
    await submit(mock, { prompt: "[[scenario=stuck]]" });
    mock.clock.advance(3_600_000);
    await submit(mock);
    expect(mock.ledger.carried).toMatchObject([{ state: "charged", count: 1, units: 1.5 }]);
  });

  it("stay right where free calls, whose tasks have none, are dropped in between", async () => {
    const mock = frozenMock({ dialect: "kling", maxTasks: 2 });
    const free = () => ask(mock.fetch, "GET", "/v1/general/presets-voices");
    const ids = [await submit(mock)];
    await free();
    ids.push(await submit(mock));
    await free();
    ids.push(await submit(mock), await submit(mock), await submit(mock));
    expect(taskIds(mock.ledger.charges)).toEqual(ids.slice(3));
    expect(mock.ledger.carried).toMatchObject([{ state: "charged", count: 3, units: 4.5 }]);
  });

  it("go on being carried over after a restore of a snapshot whose tasks were dropped", async () => {
    const first = frozenMock({ maxTasks: 2 });
    for (let count = 0; count < 4; count += 1) await submit(first);
    const second = frozenMock({ maxTasks: 2 });
    second.restore(first.snapshot());
    expect(second.snapshot()).toEqual(first.snapshot());
    for (let count = 0; count < 3; count += 1) await submit(second);
    second.clock.advance(60_000);
    expect(second.ledger.tasks()).toHaveLength(2);
    expect([second.ledger.count, second.ledger.total]).toEqual([7, 10.5]);
  });

  it("without tasks, as older snapshots have them, count too", async () => {
    const mock = frozenMock();
    await submit(mock);
    mock.clock.advance(60_000);
    const { carried: _, ...older } = mock.snapshot();
    mock.restore({ ...older, tasks: [] });
    expect([mock.ledger.charges, mock.ledger.count, mock.ledger.total]).toEqual([[], 1, 1.5]);
  });

  it("do not pile up in memory behind dropped tasks, and limited units are exact after a restore", async () => {
    const mock = frozenMock({ maxTasks: 2, accounts: { "test-key": { units: 100 } } });
    for (let count = 0; count < 20; count += 1) await submit(mock);
    mock.clock.advance(60_000);
    expect([mock.ledger.carried.length, mock.ledger.count]).toEqual([1, 20]);
    const left = () => mock.accounts.list()[0]?.unitsLeft;
    expect(left()).toBe(70);
    mock.restore(mock.snapshot());
    expect(left()).toBe(70);
    mock.accounts.set("test-key", { units: 50 });
    for (let count = 0; count < 4; count += 1) await submit(mock);
    mock.clock.advance(60_000);
    mock.restore(mock.snapshot());
    expect(left()).toBe(44);
  });

  it("of one account are summed by themselves, and go with it", async () => {
    const mock = frozenMock({ maxTasks: 3 });
    for (const key of ["one", "two", "two", "one", "two"]) await submit(mock, {}, key);
    mock.clock.advance(60_000);
    expect(mock.ledger.sums("charged", "account-1")).toEqual({ units: 3, usd: 0.42 });
    expect(mock.ledger.sums("charged", "account-2")).toEqual({ units: 4.5, usd: 0.63 });
    expect(mock.ledger.sums("charged")).toEqual({ units: 7.5, usd: 1.05 });
    expect(mock.ledger.sums("reserved", "account-2")).toEqual({ units: 0, usd: 0 });
    mock.reset("account-2");
    expect([mock.ledger.count, mock.ledger.countOf("account-1")]).toEqual([2, 2]);
    expect(mock.ledger.total).toBe(3);
    for (let count = 0; count < 4; count += 1) await submit(mock, {}, "two");
    expect(mock.ledger.charges.map(({ state }) => state)).toEqual(["reserved", "reserved", "reserved"]);
    expect([mock.ledger.count, mock.ledger.total]).toEqual([6, 4.5]);
    mock.reset();
    expect([mock.ledger.count, mock.ledger.total, mock.ledger.duplicates.size]).toEqual([0, 0, 0]);
    await submit(mock);
    expect(mock.ledger.count).toBe(1);
  });
});

describe("duplicates", () => {
  it("of a task that was dropped can't be told any more; those of later ones can", async () => {
    const mock = frozenMock({ maxTasks: 2 });
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) ids.push(await submit(mock));
    expect([...mock.ledger.duplicates]).toEqual([[ids[3], ids[2]]]);
  });

  it("are of one account, operation, picture and body", async () => {
    const mock = frozenMock({ dialect: "kling" });
    const first = await submit(mock);
    await submit(mock, {}, "another-key");
    await submit(mock, { prompt: "another" });
    const body = { model_name: "kling-v2-6", prompt: "a" };
    await ask(mock.fetch, "POST", "/v1/videos/text2video", { body });
    expect(mock.ledger.duplicates.size).toBe(0);
    const again = await submit(mock, {}, "test-key");
    expect([...mock.ledger.duplicates]).toEqual([[again, first]]);
  });
});

describe("whatever happens to tasks", () => {
  it("the ledger's sums are those of its rows and of what is carried over, and each task that is kept has one row, in order", async () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          does: fc.constant("submit" as const),
          scenario: fc.constantFrom("", "risk-control", "stuck"),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ does: fc.constant("advance" as const), ms: fc.constantFrom(500, 5_000, 20_000) }),
      },
      { weight: 1, arbitrary: fc.record({ does: fc.constantFrom("fail", "succeed"), place: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.constant({ does: "restore" as const }) },
    );
    const options = fc.record({
      maxTasks: fc.constantFrom(1, 3, 100),
      chargeAt: fc.constantFrom("create" as const, "success" as const),
      chargeFailed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { maxLength: 20 }), async (given, steps) => {
        const common = { ...given, clock: new MockClock(() => 1_795_000_000_000) };
        let mock = frozenMock(given);
        const ids: string[] = [];
        for (const one of steps) {
          if (one.does === "submit") {
            const prompt = one.scenario === "" ? "a" : `[[scenario=${one.scenario}]]`;
            ids.push(await submit(mock, { prompt, external_task_id: `own-${ids.length}` }));
          } else if (one.does === "advance") mock.clock.advance(one.ms);
          else if (one.does === "restore") {
            const before = [mock.ledger.charges, mock.ledger.carried];
            const next = createMock({ ...common, clock: new MockClock(() => 1_795_000_000_000) });
            next.restore(mock.snapshot());
            expect([next.ledger.charges, next.ledger.carried]).toEqual(before);
            mock = next;
          } else
            try {
              mock.tasks[one.does](ids[one.place] ?? "", "by hand");
            } catch {}
          const { charges, carried } = mock.ledger;
          expect(charges.map(({ taskId }) => taskId)).toEqual(ids.slice(-charges.length || ids.length));
          expect(mock.ledger.count).toBe(ids.length);
          expect(charges).toHaveLength(Math.min(ids.length, given.maxTasks));
          for (const state of ["reserved", "charged", "released"] as const) {
            const own = charges.filter((row) => row.state === state);
            const all = [...own, ...carried.filter((entry) => entry.state === state)];
            expect(mock.ledger.sums(state).units).toBeCloseTo(
              all.reduce((sum, { units }) => sum + (units ?? 0), 0),
              6,
            );
            expect(own.every(({ settledAt }) => (settledAt === null) === (state === "reserved"))).toBe(true);
          }
          expect([mock.ledger.total, mock.ledger.reserved]).toEqual([
            mock.ledger.sums("charged").units,
            mock.ledger.sums("reserved").units,
          ]);
          expect(mock.ledger.duplicates.size).toBe(0);
        }
      }),
      { numRuns: 25 },
    );
  });
});
