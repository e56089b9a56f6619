import type { Finding } from "../finding.js";
import { checkSchema } from "../validation.js";
import { oncePerFamily } from "./facts.js";
import { rulesOf } from "./family-rules.js";
import { RuleSet } from "./rule-set.js";
import { RequestView, type RuleOptions } from "./view.js";

export type { Finding } from "../finding.js";
export { coerceTypes } from "../validation.js";
export type { OpenSwitch, RuleOptions } from "./view.js";

/**
 * Checks a create's or a call's body against the contract: first the schema, then, where the schema fits, the rules no
 * schema can express. The simulator refuses with the first refusal; the client's pre-flight shows it before a credit is
 * spent.
 * @returns findings, refusals and warnings; empty when nothing is wrong
 */
export function checkRequest(family: string, body: unknown, options: RuleOptions): Finding[] {
  const faults = checkSchema(family, body, options.dialect);
  return faults.length > 0 ? faults : checkRules(family, body, options);
}

const ruleSetOf = oncePerFamily((family) => new RuleSet(rulesOf(family)));

/** The rules alone, without the schema. */
export function checkRules(family: string, body: unknown, options: RuleOptions): Finding[] {
  return ruleSetOf(family).check(new RequestView(family, body, options), body);
}
