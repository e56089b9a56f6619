import type { Finding } from "../finding.js";
import type { RequestView } from "./view.js";

/** Looks at one request and says what is wrong with it, if anything. */
export interface Rule {
  (request: RequestView): Finding | readonly Finding[] | undefined;
  /** Wire names: the rule says nothing of a request that gives none of these. Absent, it looks at every request. */
  readonly about?: readonly string[];
}

/** A rule that says nothing where none of these fields is given, so that it need not be asked there. */
export function about(fields: readonly string[], rule: Rule): Rule {
  return Object.assign((request: RequestView) => rule(request), { about: fields });
}

/** A refusal the schema can't express; `message` in the provider's words, `advice` in ours. */
export function refuse(rule: string, field: string, message: string, advice: string): Finding {
  return { rule, field, message, advice, severity: "refuse", situation: "invalid-parameter" };
}

/** Something that may be refused, or is known to disappoint. */
export function warn(rule: string, field: string, message: string, advice: string): Finding {
  return { ...refuse(rule, field, message, advice), severity: "warn" };
}

/** The provider's way of refusing a value (real: "mode value 'std' is invalid"). */
export function invalidValue(rule: string, field: string, value: string, advice: string): Finding {
  const shown = value.length > 60 ? `${value.slice(0, 57)}...` : value;
  return refuse(rule, field, `${field} value '${shown}' is invalid`, advice);
}

/** "a", "a or b", "a, b or c". */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
