import { createMock, MockClock, type Plan, statusAt } from "@klingkit/mock-server";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ask, image2video, minimal, taskOf } from "./helpers.js";

const plans: fc.Arbitrary<Plan> = fc
  .record({
    createdAt: fc.integer({ min: 0, max: 2 ** 41 }),
    submitted: fc.integer({ min: 0, max: 1e6 }),
    processing: fc.integer({ min: 0, max: 1e7 }),
    running: fc.constantFrom("processing", "queueing"),
    ending: fc.constantFrom<Plan["ending"]>(
      { status: "succeed" },
      { status: "failed", message: "why" },
      { status: "stuck" },
    ),
  })
  .map(({ createdAt, submitted, processing, running, ending }) => ({
    createdAt,
    startsAt: createdAt + submitted,
    endsAt: createdAt + submitted + processing,
    running,
    ending,
  }));

const order = ["submitted", "running", "ended"];
const stage = (plan: Plan, now: number) => {
  const { status, ended } = statusAt(plan, now);
  return ended ? "ended" : status === "submitted" ? "submitted" : "running";
};

describe("a task's life", () => {
  it("only moves forward and never leaves a terminal state", () => {
    fc.assert(
      fc.property(plans, fc.array(fc.integer({ min: 0, max: 2e7 }), { minLength: 2 }), (plan, offsets) => {
        const times = offsets.map((offset) => plan.createdAt + offset).sort((a, b) => a - b);
        const stages = times.map((time) => order.indexOf(stage(plan, time)));
        expect(stages).toEqual([...stages].sort((a, b) => a - b));
        const updates = times.map((time) => statusAt(plan, time).updatedAt);
        expect(updates).toEqual([...updates].sort((a, b) => a - b));
        expect(updates.every((update, index) => update <= (times[index] ?? 0))).toBe(true);
      }),
    );
  });

  it("never ends when it is stuck", () => {
    fc.assert(
      fc.property(
        plans,
        fc.nat(),
        (plan, later) => !statusAt({ ...plan, ending: { status: "stuck" } }, plan.endsAt + later).ended,
      ),
    );
  });
});

describe("the clock", () => {
  type Step = { readonly kind: "advance" | "set" | "freeze" | "unfreeze" | "real"; readonly ms: number };
  const steps = fc.array(
    fc.record<Step>({
      kind: fc.constantFrom("advance", "set", "freeze", "unfreeze", "real"),
      ms: fc.integer({ min: -1e6, max: 1e9 }),
    }),
  );

  it("never runs backwards, whatever is done to it", () => {
    fc.assert(
      fc.property(steps, (script) => {
        let real = 1_000_000;
        const clock = new MockClock(() => real);
        let before = clock.now();
        for (const { kind, ms } of script) {
          try {
            if (kind === "advance") clock.advance(ms);
            else if (kind === "set") clock.set(before + ms);
            else if (kind === "real") real += ms;
            else clock[kind]();
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
          expect(clock.now()).toBeGreaterThanOrEqual(before);
          before = clock.now();
        }
      }),
    );
  });
});

describe("a seed", () => {
  const run = async (seed: number) => {
    const clock = new MockClock(() => 1_795_000_000_000);
    const mock = createMock({ seed, clock });
    const transcript: unknown[] = [];
    for (const prompt of ["a", "b", "[[scenario=risk-control]]", "[[code=1303]]"]) {
      const answer = await ask(mock.fetch, "POST", image2video.cometapi, { body: { ...minimal, prompt } });
      transcript.push(answer.body);
      for (const ms of [500, 1_000, 3_000]) {
        clock.advance(ms);
        if (answer.status === 200)
          transcript.push((await ask(mock.fetch, "GET", `${image2video.cometapi}/${taskOf(answer).task_id}`)).body);
      }
    }
    return transcript;
  };

  it("gives the same run every time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        expect(await run(seed)).toEqual(await run(seed));
      }),
      { numRuns: 20 },
    );
  });

  it("gives another run when it is another", async () => {
    expect(await run(1)).not.toEqual(await run(2));
  });
});
