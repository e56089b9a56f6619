import type { Conditions } from "../catalogue-types.js";
import type { Dialect } from "../dialect.js";
import type { Finding } from "../finding.js";
import { own } from "../own.js";
import { oncePerFamily } from "./facts.js";
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
export const casesHold: Rule = (request) => {
  const findings: Finding[] = [];
  for (const row of casesOf(request.family)) {
    for (const placed of itemsOf(request, row)) {
      const finding = judge(request, placed, () => findingOf(placed));
      if (finding) findings.push(finding);
    }
  }
  return findings;
};

const casesOf = oncePerFamily((family): readonly Case[] => [
  ...(own(familyCases, family) ?? []),
  ...(own(familyCases, "*") ?? []),
]);

/** The finding when the clause counts for the request. */
export function judge(request: RequestView, clause: Clause & { readonly when?: Conditions }, make: () => Finding) {
  if (clause.dialect !== undefined && clause.dialect !== request.options.dialect) return undefined;
  const accepted = clause.open === undefined || request.isAccepted(clause.open);
  if (clause.open !== undefined && accepted && !clause.warn) return undefined;
  const finding = make();
  const isWarning = clause.warn === true && accepted;
  return isWarning ? { ...finding, severity: "warn" as const } : finding;
}

/** Nearly every case counts for no request. */
const none: readonly Case[] = [];

/** The row itself where it counts, or one for each item it counts for. */
function itemsOf(request: RequestView, row: Case): readonly Case[] {
  const { each, when = {} } = row;
  if (each === undefined) return request.matches(when) ? [row] : none;
  return Array.from({ length: request.count(each) }, (_, index) => `${each}.${index}.`)
    .filter((prefix) => Object.entries(when).every(([path, allowed]) => request.isOneOf(prefix + path, allowed)))
    .map((prefix) => ({ ...row, field: prefix + row.field }));
}

function findingOf({ rule, field, message, advice }: Case): Finding {
  return refuse(rule, field, message, advice);
}
