import type { Finding } from "../finding.js";
import type { RequestView } from "./view.js";

/** Looks at one request and says what is wrong with it, if anything. */
export type Rule = (request: RequestView) => Finding | undefined;

/** A refusal the schema can't express; `message` in the provider's words, `advice` in ours. */
export function refuse(rule: string, field: string, message: string, advice: string): Finding {
  return { rule, field, message, advice, severity: "refuse", situation: "invalid-parameter" };
}

/** Something that may be refused, or is known to disappoint. */
export function warn(rule: string, field: string, message: string, advice: string): Finding {
  return { rule, field, message, advice, severity: "warn", situation: "invalid-parameter" };
}
