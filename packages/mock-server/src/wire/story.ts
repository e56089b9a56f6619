import type { Plan } from "../engine/lifecycle.js";
import { type Scenario, scenarios } from "../engine/scenarios.js";
import { lagOf } from "./faults-of-state.js";
import type { Preference } from "./preference.js";

/** The story that a request asks for, if any: a failure in words of its own, or a scenario. */
export function storyOf(preference: Preference): Scenario | undefined {
  const { failure, scenario, lag } = preference;
  if (failure !== undefined)
    return { description: "The task fails with a given text.", ending: { status: "failed", message: failure } };
  const story = scenario === undefined ? undefined : scenarios[scenario];
  if (!story?.files || lag === undefined) return story;
  return { ...story, files: { ...story.files, forMs: lagOf(preference) } };
}

/** How soon a task fails whose input is unfit: as on record, 1.65 s after the create. */
const unfitAfterMs = 1_650;

/** The course of a task that is accepted, and soon found to be of no use. */
export function failSoon(plan: Plan, message: string): Plan {
  const { createdAt, running } = plan;
  const [startsAt, endsAt] = [createdAt + Math.floor(unfitAfterMs / 3), createdAt + unfitAfterMs];
  return { createdAt, startsAt, endsAt, running, ending: { status: "failed", message } };
}
