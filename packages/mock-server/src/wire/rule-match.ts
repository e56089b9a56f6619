import { MockProblem } from "../engine/problem.js";
import type { Preference } from "./preference.js";

/** Conditions on a request. `*` in a value stands for any characters; a value has at most 1 000. */
export interface RuleMatch {
  /** `POST`, `GET`. */
  readonly method?: string;
  /** As it is asked for: `/kling/v1/videos/*`. */
  readonly path?: string;
  /** Name of the operation: of a family, `image2video`, or of a call, `identifyFace`. */
  readonly operation?: string;
  /** `submit`, `get`, `list`, `call`, or `result` for the files that tasks made. */
  readonly verb?: string;
  /** Name of the account, `account-1`. */
  readonly account?: string;
  /** `model_name` of the request, or of the task it is about. */
  readonly model?: string;
  /** The caller's own id, of the request or of the task it is about. */
  readonly external_task_id?: string;
  /** Id of the task that a query or a result's address is about. */
  readonly task_id?: string;
}

/** The same fields of an actual request; undefined for a field it does not have. */
export type RuleSubject = { readonly [Name in keyof Required<RuleMatch>]: string | undefined };

const names: readonly (keyof RuleMatch)[] = [
  "method",
  "path",
  "operation",
  "verb",
  "account",
  "model",
  "external_task_id",
  "task_id",
];

/** Characters of a pattern. */
const longestPattern = 1_000;

/** A pattern for one value: of a value that is too long, its beginning. */
export function patternFor(value: string): string {
  return value.length > longestPattern ? `${value.slice(0, longestPattern - 1)}*` : value;
}

/** Checks a match from outside. @throws MockProblem naming the known fields */
export function readMatch(match: unknown): RuleMatch {
  if (match === null || typeof match !== "object" || Array.isArray(match))
    throw new MockProblem(422, "invalid-match", `A rule's match is an object of ${names.join(", ")}.`);
  for (const [name, value] of Object.entries(match)) {
    if (typeof value === "string" && value.length > longestPattern) {
      const problem = `A rule's ${name} has ${value.length} characters`;
      throw new MockProblem(422, "invalid-match", `${problem}; shorten it to ${longestPattern}, \`*\` stands for any.`);
    }
    if (!(names as readonly string[]).includes(name) || typeof value !== "string") {
      const problem = `A rule can't match ${name}=${JSON.stringify(value)}`;
      throw new MockProblem(422, "invalid-match", `${problem}. Known, as texts: ${names.join(", ")}.`);
    }
  }
  return { ...match };
}

/**
 * Whether a rule applies to a request. A rule with only a scenario applies to submits, unless it names a verb or method;
 * files of results are matched only by a rule that names `verb` or `path`.
 */
export function matches(match: RuleMatch, subject: RuleSubject, words: Preference): boolean {
  if (subject.verb === "result" && match.verb === undefined && match.path === undefined) return false;
  const isStory = Object.keys(words).every((word) => word === "scenario" || word === "failure");
  if (isStory && match.verb === undefined && match.method === undefined && subject.verb !== "submit") return false;
  return Object.entries(match).every(([name, pattern]) => fits(pattern, subject[name as keyof RuleSubject]));
}

/** Looks for each part at the first place where it can be: no part is looked for twice, whatever the value. */
function fits(pattern: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return pattern === value;
  if (!value.startsWith(first)) return false;
  let from = first.length;
  for (const part of others) {
    const found = value.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return value.length - last.length >= from && value.endsWith(last);
}
