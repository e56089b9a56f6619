import { prices } from "@klingkit/spec/catalogue";
import { duplicatesIn } from "./duplicates.js";
import { statusAt } from "./lifecycle.js";
import type { TaskRecord } from "./task-record.js";
import type { MockTasks } from "./tasks.js";

/** What has become of a charge: the task may still cost it, has cost it, or has ended without a cost. */
export type ChargeState = "reserved" | "charged" | "released";

/** One row: what one task costs. */
export interface Charge {
  /** When the task was created, in Unix milliseconds. */
  readonly at: number;
  readonly account: string;
  readonly operation: string;
  readonly taskId: string;
  /** The caller's own id: two charges with the same one are a duplicate of one intention. */
  readonly externalTaskId: string | undefined;
  /** Units that the task costs when it is charged; null where no price is on record. */
  readonly units: number | null;
  /** The same in US dollars at list price. */
  readonly usd: number | null;
  readonly state: ChargeState;
  /** When it was charged or released; null while it is reserved. */
  readonly settledAt: number | null;
}

/** When money is taken. Nobody has measured either on these routes. */
export interface ChargeRules {
  /** `success`: when the task succeeds; `create`: when it is created. */
  readonly chargeAt: "success" | "create";
  /** Whether a task that failed costs what a successful one costs. */
  readonly chargeFailed: boolean;
}

/** Whether the operation costs anything, so that its tasks have a row. */
function isCharged({ operation }: TaskRecord): boolean {
  return !prices.free.calls.includes(operation);
}

/** A task's row as it stands at a time. */
function chargeOf(task: TaskRecord, now: number, rules: ChargeRules): Charge {
  const { id: taskId, plan, account, operation, externalTaskId, units, usd } = task;
  return {
    at: plan.createdAt,
    account,
    operation,
    taskId,
    externalTaskId,
    units,
    usd,
    ...settlementOf(task, now, rules),
  };
}

/** What has become of a task's charge. */
export function settlementOf(
  { plan }: Pick<TaskRecord, "plan">,
  now: number,
  { chargeAt, chargeFailed }: ChargeRules,
): Pick<Charge, "state" | "settledAt"> {
  const { outcome, updatedAt } = statusAt(plan, now);
  if (outcome === "failed" && !chargeFailed) return { state: "released", settledAt: updatedAt };
  if (chargeAt === "create") return { state: "charged", settledAt: plan.createdAt };
  return outcome === undefined ? { state: "reserved", settledAt: null } : { state: "charged", settledAt: updatedAt };
}

/** What the ledger needs of the simulator. */
export interface LedgerSurroundings {
  readonly tasks: MockTasks;
  readonly rules: ChargeRules;
  now(): number;
}

/** Sums in units; charges without a price count as 0. */
export interface Sums {
  readonly units: number;
  readonly usd: number;
}

/** Every charge, in the order in which the tasks were created. Its state is computed from the task's, as statuses are. */
export class Ledger {
  /** Tasks, or rows as they stood when their task was forgotten. */
  readonly #rows: (TaskRecord | Charge)[] = [];
  /** Rows before this index have lost their tasks. */
  #kept = 0;
  readonly #surroundings: LedgerSurroundings;

  constructor(surroundings: LedgerSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Adds a task's row. @returns it; undefined for an operation that costs nothing */
  record(task: TaskRecord): Charge | undefined {
    if (!isCharged(task)) return undefined;
    this.#rows.push(task);
    return this.#shown(task);
  }

  /** Adds a row whose task is no longer there. */
  keep(charge: Charge): void {
    this.#rows.push(charge);
  }

  /** Keeps a task's row as it will stand when the task is no longer known. Tasks are forgotten in the order they came. */
  forget(task: TaskRecord): void {
    while (this.#kept < this.#rows.length && !isTask(this.#rows[this.#kept])) this.#kept += 1;
    if (this.#rows[this.#kept] !== task) return;
    const { rules } = this.#surroundings;
    this.#rows[this.#kept] = chargeOf(task, Math.max(this.#surroundings.now(), task.plan.endsAt), rules);
  }

  /** Forgets one account's rows. */
  forgetAccount(account: string): void {
    const others = this.#rows.filter((row) => row.account !== account);
    this.clear();
    for (const row of others) this.#rows.push(row);
  }

  /** All of them, whatever their state. */
  get charges(): readonly Charge[] {
    return this.#rows.map((row) => this.#shown(row));
  }

  /** The tasks that have a row, and the rows whose task is forgotten, oldest first. */
  rows(): { readonly tasks: ReadonlySet<TaskRecord>; readonly charges: readonly Charge[] } {
    const tasks = new Set<TaskRecord>();
    const charges: Charge[] = [];
    for (const row of this.#rows)
      if (isTask(row)) tasks.add(row);
      else charges.push(row);
    return { tasks, charges };
  }

  /** How many there are. */
  get count(): number {
    return this.#rows.length;
  }

  /** The newest of those before a task's row, oldest first; undefined for a task without one. @param taskId default: the newest of all */
  newest(limit: number, taskId?: string): readonly Charge[] | undefined {
    const end = taskId === undefined ? this.#rows.length : this.#rows.findLastIndex((row) => idOf(row) === taskId);
    if (end < 0) return undefined;
    return this.#rows.slice(Math.max(0, end - limit), end).map((row) => this.#shown(row));
  }

  /** Units charged in all. What is reserved is not among them. */
  get total(): number {
    return this.sums("charged").units;
  }

  /** Units that tasks under way may still cost. */
  get reserved(): number {
    return this.sums("reserved").units;
  }

  /** Units and dollars of all charges in one state. @param account default: of every account */
  sums(state: ChargeState, account?: string): Sums {
    const sums = { units: 0, usd: 0 };
    for (const row of this.#rows) {
      if (this.#stateOf(row) !== state || (account !== undefined && row.account !== account)) continue;
      sums.units += row.units ?? 0;
      sums.usd += row.usd ?? 0;
    }
    return { units: inMillionths(sums.units), usd: inMillionths(sums.usd) };
  }

  /** Charges that are the second for one intention: task id by task id of the first. Worked out when it is asked for. */
  get duplicates(): ReadonlyMap<string, string> {
    return duplicatesIn(this.#rows.map(idOf), this.#surroundings.tasks);
  }

  clear(): void {
    this.#rows.length = 0;
    this.#kept = 0;
  }

  #shown(row: TaskRecord | Charge): Charge {
    const { now, rules } = this.#surroundings;
    return isTask(row) ? chargeOf(row, now(), rules) : row;
  }

  #stateOf(row: TaskRecord | Charge): ChargeState {
    const { now, rules } = this.#surroundings;
    return isTask(row) ? settlementOf(row, now(), rules).state : row.state;
  }
}

function isTask(row: TaskRecord | Charge | undefined): row is TaskRecord {
  return row !== undefined && "plan" in row;
}

function idOf(row: TaskRecord | Charge): string {
  return isTask(row) ? row.id : row.taskId;
}

/** Without the binary tail of sums. */
function inMillionths(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
