import { type Finding, shown } from "../finding.js";
import type { RequestView } from "./view.js";

/** Checks one request and returns the problem, if there is one. */
export interface Rule {
  (request: RequestView): Finding | readonly Finding[] | undefined;
  /** Wire names: the rule applies only to a request that gives at least one of these fields. Default: to every request. */
  readonly about?: readonly string[];
}

/** A rule that applies only where one of these fields is given, so that it can be skipped elsewhere. */
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

/** A refusal that nobody has confirmed: an open question that is answered with yes. */
export function doubtful(finding: Finding): Finding {
  const { advice } = finding;
  const doubt = advice.includes("unverified") ? "" : " Whether the server refuses it is unverified.";
  return { ...finding, severity: "warn", advice: advice + doubt };
}

/** A value that is refused, in the provider's words. */
interface InvalidValue {
  readonly rule: string;
  readonly field: string;
  readonly value: string;
  readonly advice: string;
  /** What would be taken instead; none where that is not known. */
  readonly allowed?: readonly string[];
}

export function invalidValue({ rule, field, value, advice, allowed }: InvalidValue): Finding {
  return refuse(rule, field, invalidText(field, value, allowed), advice);
}

/** The provider's way of refusing a value (real: "input.mode value 'x' is invalid, allowed values: text2video, audio2video"). */
export function invalidText(field: string, value: string, allowed: readonly string[] = []): string {
  const choice = allowed.length > 0 ? `, allowed values: ${allowed.join(", ")}` : "";
  return `${field} value '${shown(value)}' is invalid${choice}`;
}

/** "a", "a or b", "a, b or c". */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
