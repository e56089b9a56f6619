import type { Ending, Plan } from "./lifecycle.js";
import { statusAt } from "./lifecycle.js";

/** The plan of a task that nothing but a hand or reads move on. */
export function waitingPlan(plan: Plan): Plan {
  return { ...plan, startsAt: Number.POSITIVE_INFINITY, endsAt: Number.POSITIVE_INFINITY };
}

/** The task starts now; what comes then takes as long as it would have. */
function startedNow(plan: Plan, now: number): Plan {
  const runs = plan.endsAt === Number.POSITIVE_INFINITY ? plan.endsAt : plan.endsAt - plan.startsAt;
  return { ...plan, startsAt: now, endsAt: now + runs };
}

/** The task ends now. */
export function endedNow(plan: Plan, now: number, ending: Ending = plan.ending): Plan {
  return { ...plan, startsAt: Math.min(plan.startsAt, now), endsAt: now, ending };
}

/** From submitted to running, from running to the ending; a stuck task is let go, and succeeds. */
export function nextStep(plan: Plan, now: number): Plan {
  if (statusAt(plan, now).status === "submitted") return startedNow(plan, now);
  return endedNow(plan, now, plan.ending.status === "stuck" ? { status: "succeed" } : plan.ending);
}

/** After so many reads that saw `submitted` the task runs, after so many that saw it run it ends. */
export function stepsByRead(
  plan: Plan,
  [submitted, running]: readonly [number, number],
  { reads, now }: { readonly reads: number; readonly now: number },
): Plan {
  if (reads === submitted + running + 1) return endedNow(plan, now);
  return reads === submitted + 1 ? startedNow(plan, now) : plan;
}

/** The plan of a task as another scenario would tell it, at its telling point. For one answer; the task's own plan stays. */
export function planAsScenario(plan: Plan, now: number, scenario: ShownScenario): Plan {
  if (scenario.slowness !== undefined) return waitingPlan(plan);
  const startsAt = Math.min(plan.startsAt, now);
  if (scenario.running !== undefined || scenario.ending.status === "stuck")
    return { ...plan, startsAt, running: scenario.running ?? "processing", ending: { status: "stuck" } };
  return { ...endedNow(plan, Math.min(plan.endsAt, now)), startsAt, ending: scenario.ending };
}

/** As much of a scenario as a plan shows. */
interface ShownScenario {
  readonly ending: Ending;
  readonly running?: string;
  readonly slowness?: number;
}
