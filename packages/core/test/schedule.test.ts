import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Schedule } from "../src/watch/schedule.js";

describe("a schedule", () => {
  it("gives what is due first, and of equals what came first, whatever is added in between", () => {
    const steps = fc.array(fc.option(fc.nat(4), { nil: undefined }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (times) => {
        const schedule = new Schedule<string>();
        const waiting: { readonly at: number; readonly thing: string }[] = [];
        for (const [index, at] of times.entries()) {
          if (at === undefined) {
            waiting.sort((left, right) => left.at - right.at);
            expect(schedule.take()).toBe(waiting.shift()?.thing);
          } else {
            schedule.add(at, `${index}`);
            waiting.push({ at, thing: `${index}` });
          }
          const next = waiting.length === 0 ? undefined : Math.min(...waiting.map((one) => one.at));
          expect(schedule.nextAt).toBe(next);
        }
      }),
    );
  });
});
