import { taskEnds, taskFailures } from "@klingkit/spec/catalogue";
import type { Ending, FileTrouble } from "./lifecycle.js";

/** A named scenario: what happens to a task, and how it ends. */
export interface Scenario {
  readonly description: string;
  readonly ending: Ending;
  /** The status while the task runs. Default `processing`. */
  readonly running?: string;
  /** How many times longer the task stays submitted. Default 1. */
  readonly slowness?: number;
  /** What the addresses of its results answer instead of the files. */
  readonly files?: FileTrouble;
}

/** Words for an end: those on record, which are in lower case, and three that gateways were seen to write in upper case. */
const words: readonly (readonly [end: string, word: string])[] = [
  ...Object.entries(taskEnds).flatMap(([end, { words: known }]) => known.map((word) => [end, word] as const)),
  ["succeeded", "SUCCEED"],
  ["failed", "FAILED"],
  ["expired", "EXPIRED"],
];

/** Kling's own words have other scenarios. */
const gatewayWords = words.filter(([, word]) => !["succeed", "succeeded", "failed"].includes(word));

const endsInOtherWords = Object.fromEntries(
  gatewayWords.map(([end, word]) => [
    `ends-as-${word}`,
    {
      description: `The task ends with the word \`${word}\`, as through gateways.`,
      ending: end === "succeeded" ? { status: "succeed", word } : { status: "failed", message: "", word },
    } satisfies Scenario,
  ]),
);

/** All scenarios, by name: `Prefer: scenario=risk-control`, or `[[scenario=risk-control]]` in a prompt. */
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
  "succeed-without-result": {
    description: "The task succeeds, but its result is empty.",
    ending: { status: "succeed", withoutResult: true },
  },
  "results-forbidden": {
    description: "The task succeeds, and its results' addresses answer 403: for ever, or for `lag` after its end.",
    ending: { status: "succeed" },
    files: { status: 403 },
  },
  "results-missing": {
    description: "The task succeeds, and its results' addresses answer 404: for ever, or for `lag` after its end.",
    ending: { status: "succeed" },
    files: { status: 404 },
  },
  ...endsInOtherWords,
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
