import type { Plan } from "./lifecycle.js";
import type { Random } from "./random.js";
import type { Scenario } from "./scenarios.js";

/** How long the parts of a task's life take, in milliseconds. */
export interface Timing {
  /** How long a task is `submitted`. Each task draws a time within 10 % of it. */
  readonly submittedMs: number;
  /** How long it then runs, likewise. */
  readonly processingMs: number;
}

/** A few seconds: long enough to see each status, short enough to wait for. */
export const quickTiming: Timing = { submittedMs: 600, processingMs: 2_400 };

/** Spread of the times around their middle: ±10 %. */
const spread = 0.2;

/** Draws a task's course: the scenario at this timing, a little uneven. */
export function drawPlan(createdAt: number, timing: Timing, scenario: Scenario, random: Random): Plan {
  const slowness = scenario.slowness ?? 1;
  const startsAt = createdAt + vary(timing.submittedMs * slowness, random);
  const plan = {
    createdAt,
    startsAt,
    endsAt: startsAt + vary(timing.processingMs, random),
    running: scenario.running ?? "processing",
    ending: scenario.ending,
  };
  return scenario.files ? { ...plan, files: scenario.files } : plan;
}

function vary(ms: number, random: Random): number {
  return Math.round(ms * (1 - spread / 2 + spread * random.fraction()));
}
