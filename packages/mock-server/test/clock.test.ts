import { createMock, MockClock, type MockEvent } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, image2video, minimal } from "./helpers.js";

/** A clock over a system clock that a test pushes. */
function clockOver(system: { now: number }): MockClock {
  return new MockClock(() => system.now);
}

describe("the clock's speed", () => {
  it("counts from when it was set, in whole milliseconds, and not while frozen", () => {
    const system = { now: 1_000 };
    const clock = clockOver(system);
    system.now += 100;
    clock.setSpeed(10.5);
    system.now += 101;
    expect(clock.now()).toBe(1_100 + 1_060);
    clock.freeze();
    system.now += 1_000;
    clock.setSpeed(2);
    expect(clock.now()).toBe(2_160);
    clock.unfreeze();
    system.now += 5;
    expect([clock.now(), clock.speed]).toEqual([2_170, 2]);
    expect(() => clock.setSpeed(Number.NaN)).toThrow(/give 0.01 to 1000/);
  });

  it("makes what is scheduled come sooner", async () => {
    const clock = new MockClock();
    const due = new Promise<void>((resolve) => void clock.at(clock.now() + 600_000, resolve));
    clock.setSpeed(1_000);
    clock.advance(598_000);
    await due;
    expect(clock.pending).toBe(0);
  });

  it("is told as an event, as every push is, and comes back with a snapshot", () => {
    const mock = createMock({ clock: clockOver({ now: 1_000 }) });
    const events: MockEvent[] = [];
    mock.events.subscribe((event) => events.push(event));
    mock.clock.setSpeed(5);
    mock.clock.advance(10);
    const snapshot = mock.snapshot();
    mock.clock.setSpeed(1);
    mock.restore(snapshot);
    expect(events.filter(({ type }) => type === "clock").map(({ detail }) => detail)).toEqual([
      { now: 1_000, frozen: false, speed: 5 },
      { now: 1_010, frozen: false, speed: 5 },
      { now: 1_010, frozen: false, speed: 1 },
      { now: 1_010, frozen: false, speed: 5 },
    ]);
  });
});

describe("a clock pushed too far", () => {
  it("says that time ends with the year 9999, and keeps whole milliseconds", () => {
    const clock = new MockClock(() => 1_795_000_000_000);
    expect(() => clock.advance(1e15)).toThrow(RangeError);
    expect(() => clock.set(9e15)).toThrow(RangeError);
    clock.advance(0.5);
    clock.set(1_795_000_000_007.9);
    expect(clock.now()).toBe(1_795_000_000_007);
  });
});

describe("an answer", () => {
  it("is of one moment: its ledger's total agrees with the accounts, though tasks end meanwhile", async () => {
    // A machine so slow that a second passes from each look at the clock to the next.
    let system = 1_795_000_000_000;
    const mock = createMock({
      clock: new MockClock(() => {
        system += 1_000;
        return system;
      }),
      accounts: { "test-key": { units: 1_000 } },
      timing: { submittedMs: 1_000, processingMs: 20_000 },
    });
    for (let count = 0; count < 20; count += 1) {
      await ask(mock.fetch, "POST", image2video.cometapi, { body: minimal });
      const { body } = await ask(mock.fetch, "GET", "/__mock/state");
      const { ledger, accounts } = body as unknown as {
        ledger: { total: number };
        accounts: { unitsLeft: number }[];
      };
      expect(accounts[0]?.unitsLeft).toBe(1_000 - ledger.total);
    }
    expect(mock.ledger.total).toBeGreaterThan(0);
  });

  it("that moves the clock tells the time it moved to", async () => {
    const mock = createMock({ clock: clockOver({ now: 1_000 }) });
    const { body } = await ask(mock.fetch, "POST", "/__mock/clock", { body: { advance: 500 } });
    expect(body).toMatchObject({ now: 1_500 });
    expect(mock.clock.now()).toBe(1_500);
  });

  it.each([
    { freeze: true, speed: 5_000 },
    { freeze: true, advance: -1 },
    { speed: 2, advance: 1e15 },
    { freeze: true, set: 0 },
    { advance: 500, set: 1_400 },
    { speed: 2, set: 1e15 },
  ])("that is refused changes nothing: %j", async (body) => {
    const mock = createMock({ clock: clockOver({ now: 1_000 }) });
    const moved: MockEvent[] = [];
    mock.events.subscribe((event) => void moved.push(event));
    expect((await ask(mock.fetch, "POST", "/__mock/clock", { body })).status).toBe(400);
    expect([mock.clock.now(), mock.clock.frozen, mock.clock.speed, moved]).toEqual([1_000, false, 1, []]);
  });
});

describe("figures that belong together, read without a request", () => {
  /** A machine so slow that a second passes from each look at the clock to the next. */
  const slowClock = () => {
    let system = 1_795_000_000_000;
    return new MockClock(() => {
      system += 1_000;
      return system;
    });
  };

  it("are rows of one moment in the ledger: none is reserved that ended before another was settled", async () => {
    const mock = createMock({ clock: slowClock(), timing: { submittedMs: 1_000, processingMs: 20_000 } });
    mock.clock.freeze();
    for (let count = 0; count < 30; count += 1) await ask(mock.fetch, "POST", image2video.cometapi, { body: minimal });
    mock.clock.unfreeze();
    const looks = { charges: () => mock.ledger.charges, newest: () => mock.ledger.newest(100) ?? [] };
    for (let count = 0; count < 15; count += 1) {
      for (const [name, look] of Object.entries(looks)) {
        const rows = look();
        const settled = Math.max(0, ...rows.map(({ settledAt }) => settledAt ?? 0));
        const late = rows.filter(
          ({ state, taskId }) => state === "reserved" && (mock.tasks.byId(taskId)?.plan.endsAt ?? 0) <= settled,
        );
        expect(late, name).toEqual([]);
      }
    }
    expect(mock.ledger.reserved).toBe(0);
  });

  it("is one moment for all that something due does", async () => {
    const clock = slowClock();
    const times = await new Promise<number[]>((resolve) => {
      clock.at(0, () => resolve([clock.now(), clock.now()]));
    });
    expect(times[0]).toBe(times[1]);
  });
});

describe("a fast clock that goes on after a restart", () => {
  it("does not stand before what was seen of it: its time and the system's were read at once", () => {
    let system = 1_795_000_000_000;
    const real = () => {
      system += 1;
      return system;
    };
    const first = new MockClock(real);
    first.setSpeed(1_000);
    const { now, real: then } = first.atOneMoment(() => {
      // Whatever takes long at one moment.
      system += 50;
      return first.reading();
    });
    const second = new MockClock(real);
    second.restore(now, false, 1_000, then);
    const seen = first.now();
    expect(second.now()).toBeGreaterThanOrEqual(seen);
    expect(second.now() - first.now()).toBeLessThanOrEqual(1_000);
  });

  it("stands still at the end of the year 9999, and refuses what is no time", () => {
    const clock = new MockClock(() => 1_795_000_000_000);
    for (const real of [Number.NaN, -1, 1e300])
      expect(() => clock.restore(1_795_000_000_000, false, 1_000, real)).toThrow(RangeError);
    expect(clock.now()).toBe(1_795_000_000_000);
    clock.restore(1_795_000_000_000, false, 1_000, 0);
    expect(clock.now()).toBe(Date.parse("9999-12-31T23:59:59.999Z"));
  });
});
