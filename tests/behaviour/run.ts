import { behaviours, type Surroundings } from "./suite.js";

export interface Outcome {
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  /** Why it failed or was left out. */
  readonly why?: string;
}

/** Runs every behaviour, one after the other. Never rejects. */
export async function runSuite(surroundings: Surroundings): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [name, behaviour] of Object.entries(behaviours))
    outcomes.push(await runOne(name, behaviour, surroundings));
  return outcomes;
}

async function runOne(
  name: string,
  behaviour: (typeof behaviours)[string],
  surroundings: Surroundings,
): Promise<Outcome> {
  try {
    const why = await behaviour(surroundings);
    return why ? { name, state: "skipped", why } : { name, state: "passed" };
  } catch (error) {
    return { name, state: "failed", why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
