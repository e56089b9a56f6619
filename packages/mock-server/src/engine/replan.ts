import type { Ending, Plan } from "./lifecycle.js";
import { statusAt } from "./lifecycle.js";

/** The plan of a task that waits to be moved on by hand or by reads. */
export function waitingPlan(plan: Plan): Plan {
  return { ...plan, startsAt: Number.POSITIVE_INFINITY, endsAt: Number.POSITIVE_INFINITY };
}

/** The task starts now, and runs for as long as it was planned to. */
function startedNow(plan: Plan, now: number): Plan {
  const runs = plan.endsAt === Number.POSITIVE_INFINITY ? plan.endsAt : plan.endsAt - plan.startsAt;
  return { ...plan, startsAt: now, endsAt: now + runs };
}

/** The task ends now. */
export function endedNow(plan: Plan, now: number, ending: Ending = plan.ending): Plan {
  return { ...plan, startsAt: Math.min(plan.startsAt, now), endsAt: now, ending };
}

/** Moves from submitted to running, or from running to the ending. A stuck task succeeds. */
export function nextStep(plan: Plan, now: number): Plan {
  if (statusAt(plan, now).status === "submitted") return startedNow(plan, now);
  return endedNow(plan, now, plan.ending.status === "stuck" ? { status: "succeed" } : plan.ending);
}

/** The first `submitted` reads see the task submitted, the next `running` reads see it run, later ones see its end. */
export function stepsByRead(
  plan: Plan,
  [submitted, running]: readonly [number, number],
  { reads, now }: { readonly reads: number; readonly now: number },
): Plan {
  if (reads === submitted + running + 1) return endedNow(plan, now);
  // It may have been started by hand.
  return reads === submitted + 1 && now < plan.startsAt ? startedNow(plan, now) : plan;
}

/** The plan that makes one answer show the task as another scenario would. The task keeps its own plan. */
export function planAsScenario(plan: Plan, now: number, scenario: ShownScenario): Plan {
  if (scenario.slowness !== undefined) return waitingPlan(plan);
  const startsAt = Math.min(plan.startsAt, now);
  if (scenario.running !== undefined || scenario.ending.status === "stuck")
    return { ...plan, startsAt, running: scenario.running ?? "processing", ending: { status: "stuck" } };
  return { ...endedNow(plan, Math.min(plan.endsAt, now)), startsAt, ending: scenario.ending };
}

/** The parts of a scenario that a plan can show. */
interface ShownScenario {
  readonly ending: Ending;
  readonly running?: string;
  readonly slowness?: number;
}

/** How soon a task fails whose input is unfit: as on record, 1.65 s after the create. */
const unfitAfterMs = 1_650;

/** The course of a task that is accepted, and soon found to be of no use. */
export function failSoon(plan: Plan, message: string): Plan {
  const { createdAt, running } = plan;
  const [startsAt, endsAt] = [createdAt + Math.floor(unfitAfterMs / 3), createdAt + unfitAfterMs];
  return { createdAt, startsAt, endsAt, running, ending: { status: "failed", message } };
}
