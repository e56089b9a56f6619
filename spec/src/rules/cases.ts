import type { Conditions } from "../catalogue-types.js";
import type { Dialect } from "../dialect.js";
import type { Finding } from "../finding.js";
import { own } from "../own.js";
import { defaultsOf } from "./facts.js";
import { about, doubtful, type Rule, refuse } from "./rule.js";
import { operationCases } from "./tables.js";
import type { OpenSwitch, RequestView } from "./view.js";

/** When something counts, and how hard. */
export interface Clause {
  readonly when?: Conditions;
  /** Only one dialect says so. */
  readonly dialect?: Dialect;
  /** The question that decides: accepted, the finding is a warning; refused, a refusal. */
  readonly open?: OpenSwitch;
  /** A warning, whatever is asked. */
  readonly warn?: true;
  /** No warning where it is accepted: the contract says so, and only the provider's page does not. */
  readonly silent?: true;
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
export function caseRules(operation: string): Rule[] {
  const rows = [...(own(operationCases, operation) ?? []), ...(own(operationCases, "*") ?? [])];
  return rows.map((row) => {
    const { each, when = {} } = row;
    const needed = each ?? neededIn(operation, when);
    return needed === undefined ? ruleOf(row) : about([needed], ruleOf(row));
  });
}

/** A field without which the conditions do not hold, the last of them; undefined where they may hold without any. */
export function neededIn(operation: string, when: Conditions): string | undefined {
  const defaults = defaultsOf(operation);
  return Object.entries(when).findLast(
    ([path, allowed]) => allowed.length > 0 && !allowed.includes(defaults.get(path) ?? ""),
  )?.[0];
}

function ruleOf(row: Case): Rule {
  if (row.each === undefined)
    return (request) => (request.matches(row.when ?? {}) ? judge(request, row, () => findingOf(row)) : undefined);
  return (request) => itemsOf(request, row).flatMap((placed) => judge(request, placed, () => findingOf(placed)) ?? []);
}

/** The finding when the clause counts for the request. */
export function judge(request: RequestView, clause: Clause, make: () => Finding) {
  if (clause.dialect !== undefined && clause.dialect !== request.options.dialect) return undefined;
  const { open, warn = false, silent = false } = clause;
  const accepted = open === undefined ? warn : request.isAccepted(open);
  if (accepted && silent) return undefined;
  return accepted ? doubtful(make()) : make();
}

/** A row for each item of its list that it counts for. */
function itemsOf(request: RequestView, row: Case): Case[] {
  const { each = "", when = {} } = row;
  return request
    .items(each)
    .filter((item) => Object.entries(when).every(([path, allowed]) => request.isOneOf(`${item}.${path}`, allowed)))
    .map((item) => ({ ...row, field: `${item}.${row.field}` }));
}

function findingOf({ rule, field, message, advice }: Case): Finding {
  return refuse(rule, field, message, advice);
}
