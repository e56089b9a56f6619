import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import {
  createMock,
  type Journal,
  type JournalEntry,
  type Mock,
  MockClock,
  type MockOptions,
} from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, coffee, image2video, minimal } from "./helpers.js";
import { keptMock, linesIn, statePath, submit } from "./state-kit.js";

const start = 1_795_000_000_000;

/** First line of a file whose lines have no checksums. */
const oldHeader = '{"klingkit":"state","version":1,"dialect":"cometapi"}';

/** A simulator started again on the file, at this time of the system's clock. */
function restarted(path: string, options: MockOptions = {}, real = start) {
  return keptMock(path, { clock: new MockClock(() => real), ...options });
}

/** The submitted picture that is kept for a task, as base64. */
async function pictureOf(mock: Mock, id: string): Promise<string> {
  const answer = await mock.fetch(`http://mock.klingkit.invalid/__mock/tasks/${id}/picture`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer()).toString("base64");
}

describe("a simulator with a state file", () => {
  it("goes on after a restart: tasks, charges, units, own ids, slots and pictures", async () => {
    const path = statePath();
    const accounts = { "limited-key": { units: 10, parallelTasks: 2 } };
    const first = restarted(path, { accounts });
    const told = await submit(first.mock, { external_task_id: "mine", image: coffee }, "limited-key");
    await submit(first.mock);
    const before = first.mock.snapshot();
    await first.journal.close();

    const { mock, journal } = restarted(path, { accounts });
    expect(mock.snapshot()).toEqual({ ...before, idSequence: expect.any(Number) });
    const again = await ask(mock.fetch, "POST", image2video.cometapi, {
      body: { ...minimal, external_task_id: "mine" },
      headers: { authorization: "Bearer limited-key" },
    });
    expect(again.status).toBe(400);
    const picture = await ask(mock.fetch, "GET", `/__mock/tasks/${told}/picture`);
    expect(picture.status).toBe(200);
    await submit(mock, {}, "limited-key");
    await expect(submit(mock, {}, "limited-key")).rejects.toThrow("1303");
    await journal.close();
  });

  it.each([
    ["line breaks", coffee.replaceAll(/.{76}/g, "$&\r\n")],
    ["no padding", coffee.replaceAll("=", "")],
  ])("loses no picture whose base64 has %s, at a restart, a restore or a rewriting", async (_, image) => {
    const path = statePath();
    const first = restarted(path);
    const id = await submit(first.mock, { image });
    const snapshot = first.mock.snapshot();
    await first.journal.close();

    const second = restarted(path);
    expect(await pictureOf(second.mock, id)).toBe(coffee);
    second.mock.restore(second.mock.snapshot());
    await second.journal.close();
    const third = restarted(path);
    expect(await pictureOf(third.mock, id)).toBe(coffee);
    await third.journal.close();
    const other = createMock();
    other.restore(snapshot);
    expect(await pictureOf(other, id)).toBe(coffee);
  });

  it("keeps a picture that was sent again after it had been dropped for later ones", async () => {
    const path = statePath();
    const options = { maxPictureBytes: 1 };
    const first = restarted(path, options);
    await submit(first.mock, { image: coffee });
    await submit(first.mock, { image: Buffer.from(`${atob(coffee)}.`, "latin1").toString("base64") });
    const id = await submit(first.mock, { image: coffee });
    await first.journal.close();
    const { mock, journal } = restarted(path, options);
    expect(await pictureOf(mock, id)).toBe(coffee);
    await journal.close();
  });

  it("keeps opened accounts apart, those too that only ever read", async () => {
    const path = statePath();
    const first = restarted(path);
    await ask(first.mock.fetch, "GET", `${image2video.cometapi}/1`, { headers: { authorization: "Bearer reader" } });
    await submit(first.mock, {}, "writer");
    await first.journal.close();
    const { mock, journal } = restarted(path);
    expect(mock.accounts.of("reader").name).toBe("account-1");
    expect(mock.accounts.of("writer").name).toBe("account-2");
    expect(mock.accounts.of("third").name).toBe("account-3");
    await journal.close();
  });

  it("keeps what the control API changed: rules, accounts, moved tasks, the frozen clock", async () => {
    const path = statePath();
    const first = restarted(path);
    const failed = await submit(first.mock);
    await ask(first.mock.fetch, "POST", `/__mock/tasks/${failed}/fail`, { body: { message: "no" } });
    await ask(first.mock.fetch, "POST", "/__mock/rules", { body: { prefer: "code=1303", times: 3 } });
    await ask(first.mock.fetch, "POST", image2video.cometapi, { body: minimal });
    await ask(first.mock.fetch, "POST", "/__mock/accounts", { body: { account: "account-1", units: 7 } });
    await ask(first.mock.fetch, "POST", "/__mock/clock", { body: { freeze: true, advance: 5_000 } });
    const before = first.mock.snapshot();
    await first.journal.close();
    const { mock, journal } = restarted(path, {}, start + 60_000);
    const { rules, clock, tasks, accounts } = mock.snapshot();
    expect({ rules, clock, tasks, accounts }).toEqual({
      rules: [expect.objectContaining({ left: 2 })],
      clock: before.clock,
      tasks: before.tasks,
      accounts: before.accounts,
    });
    await journal.close();
  });

  it("keeps the ids of rules, by which they are removed", async () => {
    const path = statePath();
    const first = restarted(path);
    const { id: early } = first.mock.rules.add({ prefer: "code=1101" });
    const { id: kept } = first.mock.rules.add({ prefer: "code=1303", times: 5 });
    first.mock.rules.remove(early);
    await submit(first.mock).catch(() => undefined);
    const rules = first.mock.rules.list();
    expect(rules).toMatchObject([{ id: kept, left: 4 }]);
    const snapshot = first.mock.snapshot();
    await first.journal.close();
    const { mock, journal } = restarted(path);
    expect(mock.rules.list()).toEqual(rules);
    mock.restore(snapshot);
    expect(mock.rules.list()).toEqual(rules);
    expect(mock.rules.add({ prefer: "code=1101" }).id).not.toBe(kept);
    expect(mock.rules.remove(kept)).toBe(true);
    await journal.close();
  });

  it("counts on the queries that move a task on", async () => {
    const path = statePath();
    const statuses = [];
    const first = restarted(path, { progress: { reads: [2, 2] } });
    const id = await submit(first.mock);
    await first.journal.close();
    for (let read = 0; read < 5; read += 1) {
      const { mock, journal } = restarted(path, { progress: { reads: [2, 2] } });
      const { data } = (await ask(mock.fetch, "GET", `${image2video.cometapi}/${id}`)).body;
      statuses.push((data as { task_status: string }).task_status);
      await journal.close();
    }
    expect(statuses).toEqual(["submitted", "submitted", "processing", "processing", "succeed"]);
  });

  it("starts again after a rule with `times` was used up, also on a file of a version that wrote it down as such", async () => {
    const path = statePath();
    const first = restarted(path);
    first.mock.rules.add({ prefer: "delay=1", times: 1 });
    const { id: kept } = first.mock.rules.add({ match: { verb: "list" }, prefer: "code=1303", times: 2 });
    const id = await submit(first.mock);
    await first.journal.close();
    const second = restarted(path);
    expect(second.mock.rules.list()).toMatchObject([{ id: kept, left: 2 }]);
    second.journal.append({ type: "rules", rules: second.mock.rules.list().map((rule) => ({ ...rule, left: 0 })) });
    await second.journal.close();
    const { mock, journal } = restarted(path);
    expect(mock.rules.list()).toEqual([]);
    expect(mock.tasks.byId(id)).toBeDefined();
    await journal.close();
  });

  it("goes on after a restart at the end of the year 9999, where time stands still", async () => {
    const path = statePath();
    const system = { now: start };
    const first = keptMock(path, { clock: new MockClock(() => system.now) });
    const end = Date.parse("9999-12-31T23:59:59.999Z");
    first.mock.clock.set(end);
    system.now += 5_000;
    expect(first.mock.clock.now()).toBe(end);
    const id = await submit(first.mock);
    first.mock.clock.freeze();
    first.mock.clock.unfreeze();
    await first.journal.close();
    const { mock, journal } = restarted(path, {}, system.now + 5_000);
    expect(mock.clock.now()).toBe(end);
    expect(mock.tasks.byId(id)).toBeDefined();
    mock.restore(mock.snapshot());
    await journal.close();
  });

  it("lets time go on while it is not running, at the speed it had", async () => {
    const path = statePath();
    const first = restarted(path);
    await ask(first.mock.fetch, "POST", "/__mock/clock", { body: { speed: 10 } });
    await first.journal.close();
    const { mock, journal } = restarted(path, {}, start + 1_000);
    expect(mock.clock.now()).toBe(start + 10_000);
    await journal.close();
    // The system's clock was set back: time does not follow.
    const later = restarted(path, {}, start - 1_000);
    expect(later.mock.clock.now()).toBeGreaterThanOrEqual(start);
    await later.journal.close();
  });

  it("starts empty after a reset, and with the snapshot's tasks after a restore", async () => {
    const path = statePath();
    const first = restarted(path);
    await submit(first.mock, { image: coffee });
    const snapshot = first.mock.snapshot();
    first.mock.reset();
    await first.journal.close();
    const second = restarted(path);
    expect(second.mock.snapshot()).toMatchObject({ tasks: [], charges: [], accounts: [], pictures: {} });
    second.mock.restore(snapshot);
    await submit(second.mock);
    const before = second.mock.snapshot();
    await second.journal.close();
    const { mock, journal } = restarted(path);
    expect(mock.snapshot()).toEqual({ ...before, idSequence: expect.any(Number) });
    await journal.close();
  });

  it("gives out no id twice, though a frozen clock and the seed are the same", async () => {
    const path = statePath();
    const first = restarted(path);
    const ids = [await submit(first.mock), await submit(first.mock)];
    await first.journal.close();
    const { mock, journal } = restarted(path);
    ids.push(await submit(mock), await submit(mock));
    expect(new Set(ids).size).toBe(4);
    await journal.close();
  });

  it.each(["long", "small"] as const)("gives out no id twice after a reset and a rewriting: %s", async (ids) => {
    const path = statePath();
    const options = { startTime: start, ids };
    const first = keptMock(path, options);
    const given = [await submit(first.mock), await submit(first.mock)];
    first.mock.reset();
    first.mock.restore(first.mock.snapshot());
    await first.journal.close();
    expect(linesIn(path).join()).not.toContain('"created"');
    const { mock, journal } = keptMock(path, options);
    given.push(await submit(mock));
    expect(new Set(given).size).toBe(3);
    await journal.close();
  });

  it("is whole after its last write was cut off", async () => {
    const path = statePath();
    const first = restarted(path);
    const kept = await submit(first.mock);
    await first.journal.close();
    const whole = readFileSync(path, "utf8");
    const line = `${linesIn(path).at(-1)}\n`;
    const cuts = [line.slice(0, 20), line.slice(0, -9), line.slice(0, -2), line.slice(0, -1)];
    const holes = ["\0\0\0\0", `${line.slice(0, 60)}\0\0\0\0${line.slice(-9)}`, `\0\0${line.slice(-9)}\0\0`];
    for (const rest of [...cuts, ...holes]) {
      writeFileSync(path, whole + rest);
      const { mock, journal } = restarted(path);
      expect([...mock.tasks.newestFirst()].map(({ id }) => id)).toEqual([kept]);
      await journal.close();
      expect(readFileSync(path, "utf8")).toBe(whole);
    }
  });

  it("refuses in one sentence a damaged middle, another dialect's file, a stranger's file and a second user", async () => {
    const path = statePath();
    const first = restarted(path);
    await submit(first.mock);
    expect(() => restarted(path)).toThrow(`Process ${process.pid} is using the state file ${path}`);
    await first.journal.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
    expect(() => restarted(path, { dialect: "kling" })).toThrow(
      "speaks cometapi, not kling; start it with --dialect cometapi, or give --state another name.",
    );
    const [header, ...lines] = linesIn(path);
    writeFileSync(path, [header, lines[0]?.slice(0, -9), ...lines, ""].join("\n"));
    expect(() => restarted(path)).toThrow(`Line 2 of the state file ${path} is damaged`);
    writeFileSync(path, `${oldHeader}\n{"type":"from-the-future"}\n`);
    expect(() => restarted(path)).toThrow("A newer klingkit wrote");
    writeFileSync(path, `${oldHeader.replace("1", "99")}\n`);
    expect(() => restarted(path)).toThrow("A newer klingkit wrote");
    const strange = '{"name":"package.json"}\n';
    writeFileSync(path, strange);
    expect(() => restarted(path)).toThrow("is not a state file of this simulator");
    expect(readFileSync(path, "utf8")).toBe(strange);
  });

  it("never loses a task silently to one flipped bit, wherever it is", async () => {
    const path = statePath();
    const first = restarted(path);
    for (let count = 0; count < 3; count += 1) await submit(first.mock, { prompt: `a boat @ ${count} · ñ` });
    const wanted = first.mock.snapshot();
    await first.journal.close();
    const whole = readFileSync(path);
    let refused = 0;
    for (let place = 0; place < whole.length; place += 1) {
      const flipped = Buffer.from(whole);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (place % 8));
      writeFileSync(path, flipped);
      let kept: ReturnType<typeof restarted>;
      try {
        kept = restarted(path);
      } catch (error) {
        expect(error).toMatchObject({ name: "StateFileError" });
        refused += 1;
        continue;
      }
      expect(kept.mock.snapshot()).toEqual(wanted);
      await kept.journal.close();
    }
    expect(refused).toBe(whole.length);
  });

  it("reads a file of an earlier version, which has no checksums, and writes it again with them", async () => {
    const path = statePath();
    const first = restarted(path);
    const ids = [await submit(first.mock), await submit(first.mock)];
    await first.journal.close();
    const older = linesIn(path).map((line) => line.replace(/"crc":"\w+","size":"\w+",/, ""));
    writeFileSync(path, [oldHeader, ...older.slice(1), '{"type":"crea'].join("\n"));
    const second = restarted(path);
    expect(second.mock.tasks.size).toBe(2);
    ids.push(await submit(second.mock));
    await second.journal.close();
    expect(
      linesIn(path)
        .slice(1)
        .every((line) => line.startsWith('{"crc":')),
    ).toBe(true);
    const { mock, journal } = restarted(path);
    expect([...mock.tasks.newestFirst()].map(({ id }) => id).reverse()).toEqual(ids);
    await journal.close();
    writeFileSync(path, [oldHeader, '{"type":"crea', ...older.slice(1), ""].join("\n"));
    expect(() => restarted(path)).toThrow(`Line 2 of the state file ${path} is damaged`);
  });

  it("refuses times in a file at which every submit would be answered with 500", async () => {
    const path = statePath();
    const first = restarted(path);
    await submit(first.mock);
    const { tasks } = first.mock.snapshot();
    await first.journal.close();
    const clock = (now: unknown, speed = 1) => ({ type: "clock", clock: { now, frozen: true, speed }, real: start });
    const task = { ...tasks[0], id: "5" };
    const plan = { ...tasks[0]?.plan, endsAt: 1e300 };
    for (const [line, reason] of [
      [clock(1e308), "the clock can't stand at 1e+308"],
      [clock(null), "the clock can't stand at null"],
      [{ type: "ids", sequence: 0.5 }, "ids can't go on from 0.5"],
      [clock(start, 0), `the clock can't stand at ${start} and run 0 times as fast`],
      [{ type: "created", task: { ...task, plan } }, "no task can live as"],
      [
        { type: "moved", taskId: tasks[0]?.id, plan: { ...plan, endsAt: null, createdAt: -1 }, reads: 0 },
        "no task can live as",
      ],
    ] as const) {
      writeFileSync(
        path,
        `${oldHeader}\n${JSON.stringify({ type: "created", task: tasks[0] })}\n${JSON.stringify(line)}\n`,
      );
      expect(() => restarted(path)).toThrow(`${path} makes no sense in line 3: ${reason}`);
      expect(() => restarted(path)).toThrow(/; give --state another path\.$/);
    }
  });

  it("takes over the lock of a process that is gone", async () => {
    const path = statePath();
    writeFileSync(`${path}.lock`, "999999999 1");
    await restarted(path).journal.close();
    // This process's own number, as a container gives it to each of its lives.
    writeFileSync(`${path}.lock`, `${process.pid} 1`);
    await restarted(path).journal.close();
  });

  it("is rewritten when most of it is out of date, while tasks keep coming", async () => {
    const path = statePath();
    const first = keptMock(path, { clock: new MockClock(() => start), progress: "manual" }, { spareLines: 20 });
    const id = await submit(first.mock, { external_task_id: "kept" });
    const sizes: number[] = [];
    for (let round = 0; round < 150; round += 1) {
      await ask(first.mock.fetch, "POST", "/__mock/accounts", {
        body: { account: "account-1", units: 10_000 - round },
      });
      if (round % 10 === 0) await Promise.all([submit(first.mock), submit(first.mock)]);
      sizes.push(linesIn(path).length);
    }
    const before = first.mock.snapshot();
    await first.journal.close();
    expect(sizes.some((size, index) => size < (sizes[index - 1] ?? 0))).toBe(true);
    expect(Math.max(...sizes)).toBeLessThan(150);
    const { mock, journal } = restarted(path, { progress: "manual" });
    expect(mock.snapshot()).toEqual({ ...before, idSequence: expect.any(Number) });
    expect(mock.tasks.byExternalId("account-1", "kept")?.id).toBe(id);
    await journal.close();
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  it("is not written through a link that lies where its next one is made, nor readable by others", async () => {
    const path = statePath();
    const other = `${path}.other`;
    writeFileSync(other, "mine");
    symlinkSync(other, `${path}.new`);
    const { mock, journal } = keptMock(path, {}, { spareLines: 1 });
    await submit(mock);
    mock.restore(mock.snapshot());
    await journal.close();
    expect(readFileSync(other, "utf8")).toBe("mine");
    expect(lstatSync(path).isFile() && (lstatSync(path).mode & 0o077) === 0).toBe(true);
    await restarted(path).journal.close();
  });

  it("keeps the charges of tasks that are no longer kept", async () => {
    const path = statePath();
    const options = { maxTasks: 2 };
    const first = keptMock(path, options, { spareLines: 1 });
    for (let count = 0; count < 6; count += 1) await submit(first.mock);
    const before = first.mock.snapshot();
    await first.journal.close();
    const { mock, journal } = keptMock(path, options);
    expect(mock.snapshot()).toEqual({ ...before, clock: expect.anything(), idSequence: expect.any(Number) });
    expect([mock.ledger.count, mock.ledger.sums("charged").units]).toEqual([6, 6]);
    await journal.close();
  });
});

describe("answers and the journal", () => {
  /** A journal whose disk the test has in hand. */
  function heldJournal() {
    const entries: JournalEntry[] = [];
    let done: PromiseWithResolvers | undefined;
    const journal: Journal = {
      attach: () => {},
      replace: () => {},
      append: (entry) => {
        entries.push(entry);
        done ??= withResolvers();
      },
      durable: () => done?.promise,
    };
    const settle = (error?: Error) => {
      if (error) done?.reject(error);
      else done?.resolve();
      done = undefined;
    };
    return { journal, entries, settle };
  }

  it("come only after the record of what they tell is durable, to onlookers too", async () => {
    const { journal, settle } = heldJournal();
    const mock = createMock({ journal });
    const answered: string[] = [];
    const create = submit(mock, { external_task_id: "mine" }).then(() => answered.push("create"));
    await new Promise((resolve) => setImmediate(resolve));
    const look = ask(mock.fetch, "GET", `${image2video.cometapi}/mine`).then(() => answered.push("look"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toEqual([]);
    settle();
    await Promise.all([create, look]);
    expect(answered).toContain("create");
  });

  it("are errors while nothing can be written, and nothing is lost once it can", async () => {
    const { journal, settle } = heldJournal();
    const mock = createMock({ journal });
    const create = submit(mock);
    await new Promise((resolve) => setImmediate(resolve));
    settle(new Error("the disk is full"));
    await expect(create).rejects.toThrow("the disk is full");
  });

  it("write nothing where nothing changed", async () => {
    const { journal, entries, settle } = heldJournal();
    const mock = createMock({ journal });
    mock.accounts.of("test-key");
    settle();
    const before = entries.length;
    await ask(mock.fetch, "GET", `${image2video.cometapi}/1`);
    await ask(mock.fetch, "POST", image2video.cometapi, { body: {} });
    await ask(mock.fetch, "GET", "/__mock/state");
    expect(entries.slice(before)).toEqual([]);
  });
});

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve = () => {};
  let reject = (_error: Error) => {};
  const promise = new Promise<void>((onDone, onError) => {
    resolve = onDone;
    reject = onError;
  });
  return { promise, resolve, reject };
}
