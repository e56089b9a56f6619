import { MockClock } from "@klingkit/mock-server";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("the clock's schedule", () => {
  it("runs exactly what is due and was not taken back, in due order, whatever the order of the calls", () => {
    const jobs = fc.array(fc.record({ at: fc.integer({ min: 1, max: 50 }), cancelled: fc.boolean() }));
    fc.assert(
      fc.property(jobs, fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 5 }), (list, pushes) => {
        const clock = new MockClock(() => 1_000);
        clock.freeze();
        const ran: number[] = [];
        const cancels = list.map(({ at }, index) => clock.at(1_000 + at, () => ran.push(index)));
        list.forEach(({ cancelled }, index) => {
          if (cancelled) cancels[index]?.();
        });
        for (const ms of pushes) clock.advance(ms);
        const end = pushes.reduce((sum, ms) => sum + ms, 0);
        const expected = list
          .map((job, index) => ({ ...job, index }))
          .filter(({ at, cancelled }) => at <= end && !cancelled)
          .sort((left, right) => left.at - right.at || left.index - right.index)
          .map(({ index }) => index);
        // Several pushes run their own part each, so the order is the due order in any case.
        expect(ran).toEqual(expected);
        expect(clock.pending).toBe(list.filter(({ cancelled }) => !cancelled).length - expected.length);
        for (const cancel of cancels) cancel();
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it("runs what is scheduled meanwhile, goes on after a callback that throws, and refuses NaN", async () => {
    const clock = new MockClock(() => 0);
    clock.freeze();
    const ran: string[] = [];
    clock.at(10, () => {
      ran.push("first");
      clock.at(20, () => ran.push("second"));
    });
    clock.at(30, () => {
      throw new Error("its own fault");
    });
    clock.at(40, () => ran.push("third"));
    expect(() => clock.advance(100)).toThrow("its own fault");
    clock.advance(0);
    expect(ran).toEqual(["first", "second", "third"]);
    clock.at(0, () => ran.push("overdue"));
    expect(ran).toHaveLength(3);
    await Promise.resolve();
    expect(ran.at(-1)).toBe("overdue");
    expect(() => clock.at(Number.NaN, () => {})).toThrow(RangeError);
  });
});
