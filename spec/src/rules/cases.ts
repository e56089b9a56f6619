import type { Conditions } from "../catalogue-types.js";
import type { Dialect } from "../dialect.js";
import type { Finding } from "../finding.js";
import { own } from "../own.js";
import { type Rule, refuse } from "./rule.js";
import { familyCases } from "./tables.js";
import type { OpenSwitch, RequestView } from "./view.js";

/** When something counts, and how hard. */
export interface Clause {
  readonly when?: Conditions;
  /** Only one dialect says so. */
  readonly dialect?: Dialect;
  /** Nobody has settled it: accepted, it is no finding, or a warning with `warn`; refused, a refusal. */
  readonly open?: OpenSwitch;
  readonly warn?: true;
}

/** Something that may not be, as data. */
export interface Case extends Clause {
  readonly rule: string;
  readonly field: string;
  readonly message: string;
  readonly advice: string;
  /** A list: the case is about each of its items, and its paths start there. */
  readonly each?: string;
}

/** Mutual exclusions, either-or, fields that need or forbid another: everything that is a table. */
export const casesHold: Rule = (request) =>
  [...(own(familyCases, request.family) ?? []), ...(own(familyCases, "*") ?? [])].flatMap((row) =>
    itemsOf(request, row).flatMap((item) => judge(request, row, () => placed(item)) ?? []),
  );

/** The finding when the clause counts for the request. */
export function judge(request: RequestView, clause: Clause & { readonly when?: Conditions }, make: () => Finding) {
  if (clause.dialect !== undefined && clause.dialect !== request.options.dialect) return undefined;
  const accepted = clause.open === undefined || request.isAccepted(clause.open);
  if (clause.open !== undefined && accepted && !clause.warn) return undefined;
  const finding = make();
  const isWarning = clause.warn === true && accepted;
  return isWarning ? { ...finding, severity: "warn" as const } : finding;
}

function itemsOf(request: RequestView, row: Case): readonly Case[] {
  const prefixes =
    row.each === undefined
      ? [""]
      : Array.from({ length: request.count(row.each) }, (_, index) => `${row.each}.${index}.`);
  return prefixes
    .map((prefix) => ({ ...row, field: prefix + row.field, when: prefixed(row.when ?? {}, prefix) }))
    .filter(({ when }) => request.matches(when));
}

function prefixed(when: Conditions, prefix: string): Conditions {
  return Object.fromEntries(Object.entries(when).map(([path, allowed]) => [prefix + path, allowed]));
}

function placed({ rule, field, message, advice }: Case): Finding {
  return refuse(rule, field, message, advice);
}
