import type { Situation } from "./dialect.js";

/** One thing wrong, or doubtful, with a request. */
export interface Finding {
  /** Stable name of the rule. */
  readonly rule: string;
  /** Wire name of the field, dotted for nested ones. */
  readonly field: string;
  /** In the provider's words where they are on record, else in their style. */
  readonly message: string;
  /** For the reader: what to do. */
  readonly advice: string;
  /** `warn`: it is not confirmed that the server refuses this. */
  readonly severity: "refuse" | "warn";
  readonly situation: Situation;
}

/** Most findings of one rule or of the schema; more would only cost time. */
export const mostFindings = 100;

/** Deeper values are not looked at; nothing in the contract is nested deeper. */
export const deepest = 6;

/** Only this many items of a list are checked. */
export const mostItems = 1_000;

/** A value as it fits into a sentence: it may be as long as a request. */
export function shown(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}...` : value;
}

/** As many findings as one rule reports; the others are not looked for. */
export function firstOf(findings: Iterable<Finding>): Finding[] {
  const first: Finding[] = [];
  for (const finding of findings) {
    if (first.length === mostFindings) break;
    first.push(finding);
  }
  return first;
}
