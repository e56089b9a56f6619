import type { Finding } from "../finding.js";
import { inRecordedWords } from "../recorded-texts.js";
import { checkSchema, coerceTypes } from "../validation.js";
import { oncePerOperation } from "./facts.js";
import { rulesOf } from "./operation-rules.js";
import { RuleSet } from "./rule-set.js";
import { RequestView, type RuleOptions } from "./view.js";

export type { Finding } from "../finding.js";
export { nearestName, unknownFields } from "../unknown-fields.js";
export { unreachableAddresses } from "../unreachable-addresses.js";
export type { OpenSwitch, RuleOptions } from "./view.js";

/**
 * Checks a create's or a call's body against the contract: first the schema, then, where the schema fits, the rules no
 * schema can express. The simulator refuses with the first refusal; the client's pre-flight shows it before a credit is
 * spent.
 * @returns findings, refusals and warnings; empty when nothing is wrong
 */
export function checkRequest(operation: string, body: unknown, options: RuleOptions): Finding[] {
  const faults = checkSchema(operation, body, options.dialect);
  return faults.length > 0
    ? inRecordedWords(new RequestView(operation, body, options), faults)
    : checkRules(operation, body, options);
}

/** A body as a server reads it that is not strict about types, with the findings. */
export interface LenientReading {
  /** The body with values of another type turned into the contract's where nothing is lost. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
}

/** As `checkRequest`, for a body in which `"9"` passes for 9 and null for absent. The body itself where it fits as it is. */
export function checkLeniently(
  operation: string,
  body: Readonly<Record<string, unknown>>,
  options: RuleOptions,
): LenientReading {
  const faults = checkSchema(operation, body, options.dialect);
  if (faults.length === 0) return { body, findings: checkRules(operation, body, options) };
  const coerced = coerceTypes(operation, body);
  if (coerced !== body) return { body: coerced, findings: checkRequest(operation, coerced, options) };
  return { body, findings: inRecordedWords(new RequestView(operation, body, options), faults) };
}

const ruleSetOf = oncePerOperation((operation) => new RuleSet(rulesOf(operation)));

/** The rules alone, without the schema. */
export function checkRules(operation: string, body: unknown, options: RuleOptions): Finding[] {
  const request = new RequestView(operation, body, options);
  return inRecordedWords(request, ruleSetOf(operation).check(request, body));
}
