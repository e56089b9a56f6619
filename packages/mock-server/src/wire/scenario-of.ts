import { type Scenario, scenarios } from "../engine/scenarios.js";
import { lagOf } from "./faults-of-state.js";
import type { Preference } from "./preference.js";

/** The scenario that a request asks for, if any: a failure in words of its own, or one by name. */
export function scenarioOf(preference: Preference): Scenario | undefined {
  const { failure, scenario, lag } = preference;
  if (failure !== undefined)
    return { description: "The task fails with a given text.", ending: { status: "failed", message: failure } };
  const named = scenario === undefined ? undefined : scenarios[scenario];
  if (!named?.files || lag === undefined) return named;
  return { ...named, files: { ...named.files, forMs: lagOf(preference) } };
}
