import type { Account } from "../engine/account.js";
import type { Charge } from "../engine/ledger.js";
import { roundUnits } from "../engine/round-units.js";
import type { Body } from "./body.js";
import type { Some } from "./parts.js";

/** What is asked of the two billing calls; a cursor carries all of it. */
interface Question {
  readonly start_time?: number;
  readonly end_time?: number;
  readonly limit: number;
  readonly filters: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** Rows that earlier pages have shown. */
  readonly skip: number;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * One page of what tasks have cost the account, newest first, as its ledger has it. An account with a limited number of units
 * pays from a pack, one without from the balance.
 */
export function deductionsOf(
  parts: Some<"accounts" | "ledger" | "tasks">,
  account: Account,
  body: Body,
  from: "package" | "balance",
): unknown {
  const question = readQuestion(body);
  const paysFrom = Number.isFinite(account.unitsBought) ? "package" : "balance";
  const rows = paysFrom === from ? rowsOf(parts, account, from).filter((row) => isMeant(row, question)) : [];
  const end = question.skip + question.limit;
  const hasMore = rows.length > end;
  return {
    result: { detail: rows.slice(question.skip, end) },
    count: rows.length,
    next_cursor: hasMore ? btoa(JSON.stringify({ ...question, skip: end })) : "",
    has_more: hasMore,
  };
}

/** A cursor of ours, else the fields; a cursor that is not ours asks for everything. */
function readQuestion({ start_time, end_time, limit = 500, filters = [], cursor }: Body): Question {
  if (typeof cursor === "string" && cursor !== "") {
    const question = decode(cursor);
    return isQuestion(question) ? question : { limit: 500, filters: [], skip: 0 };
  }
  return { start_time, end_time, limit, filters, skip: 0 } as Question;
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(atob(cursor));
  } catch {
    return undefined;
  }
}

function isQuestion(value: unknown): value is Question {
  const { start_time = 0, end_time = 0, limit, filters, skip } = (value ?? {}) as Partial<Question>;
  const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0;
  return [start_time, end_time].every(Number.isFinite) && [limit, skip].every(isCount) && areFilters(filters);
}

function areFilters(filters: unknown): boolean {
  return Array.isArray(filters) && filters.every((filter) => Array.isArray(filter?.values));
}

function isMeant(row: Row, { start_time = 0, end_time = Number.POSITIVE_INFINITY, filters }: Question): boolean {
  const time = Number(row.deduction_time);
  if (time < start_time || time > end_time) return false;
  return filters.every(({ key, values }) => values.includes(String(row[key])));
}

/** Newest first: from what is left now, the balance runs back to what was bought. What was charged before took nothing off it. */
function rowsOf(
  parts: Some<"accounts" | "ledger" | "tasks">,
  account: Account,
  from: "package" | "balance",
): readonly Row[] {
  parts.accounts.settle(account);
  let left = account.unitsLeft;
  return parts.ledger.charges
    .filter(({ account: name, state, units }) => name === account.name && state === "charged" && (units ?? 0) > 0)
    .sort((one, other) => (one.settledAt ?? 0) - (other.settledAt ?? 0))
    .reverse()
    .map((charge) => {
      const after = left;
      left = Math.min(account.unitsBought, roundUnits(left + (charge.units ?? 0)));
      return rowOf(parts, charge, from, [left, after]);
    });
}

function rowOf(
  parts: Some<"tasks">,
  { taskId, operation, units, usd, settledAt }: Charge,
  from: "package" | "balance",
  [before, after]: readonly [number, number],
): Row {
  const task = parts.tasks.byId(taskId);
  const { model_name, mode, duration } = task?.request ?? {};
  const amount = decimal(from === "package" ? (units ?? 0) : (usd ?? 0));
  return {
    task_id: taskId,
    product_function: operation,
    model_name: textOf(model_name),
    resolution: textOf(mode),
    duration: typeof duration === "number" ? String(duration) : textOf(duration),
    deduction_time: settledAt,
    deduction_amount: amount,
    list_price: amount,
    ...(from === "package"
      ? { balance_before_deduction: decimal(before), balance_after_deduction: decimal(after) }
      : { currency: "USD" }),
  };
}

/** Fields that an operation does not know pass unchecked, so that any of them may hold anything. */
function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** "197.5" */
function decimal(value: number): string {
  return String(roundUnits(value));
}
