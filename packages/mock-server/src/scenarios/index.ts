import { taskFailures } from "@klingkit/spec/catalogue";
import type { Ending } from "../engine/lifecycle.js";

/** A named story: how a task's life goes. */
export interface Scenario {
  readonly description: string;
  readonly ending: Ending;
  /** The word for running. Default `processing`. */
  readonly running?: string;
  /** How many times longer the task stays submitted. Default 1. */
  readonly slowness?: number;
}

/** Every story, by name: `Prefer: scenario=risk-control`, or `[[scenario=risk-control]]` in a prompt. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  succeed: { description: "The task succeeds.", ending: { status: "succeed" } },
  "succeeded-alias": {
    description: "The task ends with the alias `succeeded`.",
    ending: { status: "succeed", word: "succeeded" },
  },
  stuck: { description: "The task stays in processing and never ends.", ending: { status: "stuck" } },
  "unknown-status": {
    description: "While it runs, the task has an unknown status.",
    running: "queueing",
    ending: { status: "succeed" },
  },
  "slow-start": {
    description: "The task stays submitted twenty times longer.",
    slowness: 20,
    ending: { status: "succeed" },
  },
  ...Object.fromEntries(
    taskFailures.map(({ name, text }) => [
      name,
      {
        description: text === "" ? "The task fails without a reason." : `The task fails: "${text}"`,
        ending: { status: "failed", message: text },
      } satisfies Scenario,
    ]),
  ),
};
