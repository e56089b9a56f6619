import { prices } from "@klingkit/spec/catalogue";
import { duplicatesIn } from "./duplicates.js";
import { statusAt } from "./lifecycle.js";
import { roundUnits } from "./round-units.js";
import { TaskList } from "./task-list.js";
import type { TaskRecord } from "./task-record.js";

/**
 * The state of a charge: `reserved` while the task runs, `charged` when it has succeeded, `released` when it has ended
 * without a cost.
 */
export type ChargeState = "reserved" | "charged" | "released";

/** One row of the ledger: the cost of one task. */
export interface Charge {
  /** When the task was created, in Unix milliseconds. */
  readonly at: number;
  /** Name of the account, `account-1`. */
  readonly account: string;
  /** Name of the family or the call. */
  readonly operation: string;
  readonly taskId: string;
  /** The `external_task_id` of the request. */
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
  const { state, settledAt } = settlementOf(task, now, rules);
  return {
    at: plan.createdAt,
    account,
    operation,
    taskId,
    externalTaskId,
    units,
    usd,
    state,
    settledAt,
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
  readonly rules: ChargeRules;
  now(): number;
}

/** Sums in units, of videos and of pictures alike, and in dollars; charges without a price count as 0. */
export interface Sums {
  readonly units: number;
  readonly usd: number;
}

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** The sum of the charges of one account in one state whose tasks are no longer kept. */
export interface CarriedCharges extends Sums {
  readonly account: string;
  readonly state: ChargeState;
  readonly count: number;
}

/**
 * The charges of all tasks that are kept, in the order in which the tasks were created; a charge's state is computed from its
 * task's, as statuses are. Charges of tasks that are no longer kept go on in counts and sums, without rows of their own, so that
 * the ledger stays as small as the number of tasks. Each number is of the moment at which it is read; `clock.atOneMoment` reads
 * several of one moment.
 */
export class Ledger {
  #rows = new TaskList();
  /** By account and state. */
  readonly #carried = new Map<string, Writable<CarriedCharges>>();
  readonly #surroundings: LedgerSurroundings;

  constructor(surroundings: LedgerSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Adds a task's row. @returns false for an operation that costs nothing */
  record(task: TaskRecord): boolean {
    const isPaid = isCharged(task);
    if (isPaid) this.#rows.add(task);
    return isPaid;
  }

  /** Returns a function that makes a task's row with the state of this moment, whenever it is called. */
  chargesAsOfNow(): (task: TaskRecord) => Charge {
    const { now, rules } = this.#surroundings;
    const at = now();
    return (task) => chargeOf(task, at, rules);
  }

  /** A task's row as it stands now. */
  chargeOf(task: TaskRecord): Charge {
    return this.chargesAsOfNow()(task);
  }

  /** Removes a task's row, and adds the charge that it ends with to `carried`. Tasks are removed in the order they came. */
  forget(task: TaskRecord): void {
    if (this.#rows.oldest !== task) return;
    this.#rows.dropOldest();
    const { account, units, usd, plan } = task;
    const { now, rules } = this.#surroundings;
    const { state } = settlementOf(task, Math.max(now(), plan.endsAt), rules);
    this.carry({ account, state, count: 1, units: units ?? 0, usd: usd ?? 0 });
  }

  /** Makes an empty ledger with the same rules. Fill it step by step, then pass it to `takeOver`. */
  beside(): Ledger {
    return new Ledger(this.#surroundings);
  }

  /** Replaces these rows by those of the other ledger, which must not be used afterwards. */
  takeOver(other: Ledger): void {
    this.#rows = other.#rows;
  }

  /** Adds charges of tasks that are not kept. */
  carry({ account, state, count, units, usd }: CarriedCharges): void {
    const key = `${state} ${account}`;
    const sums = this.#carried.get(key) ?? { account, state, count: 0, units: 0, usd: 0 };
    this.#carried.set(key, sums);
    sums.count += count;
    sums.units += units;
    sums.usd += usd;
  }

  /** Charges whose tasks are no longer kept: one entry for each account and state. */
  get carried(): readonly CarriedCharges[] {
    return Array.from(this.#carried.values(), (entry) => ({ ...entry, ...rounded(entry) }));
  }

  /** Forgets one account's charges. */
  forgetAccount(account: string): void {
    const others = this.tasks().filter((task) => task.account !== account);
    this.#rows = new TaskList();
    for (const task of others) this.#rows.add(task);
    for (const [key, entry] of this.#carried) if (entry.account === account) this.#carried.delete(key);
  }

  /** The charges of the kept tasks, in every state. */
  get charges(): readonly Charge[] {
    return this.tasks().map(this.chargesAsOfNow());
  }

  /** The tasks that have a row, oldest first. */
  tasks(): readonly TaskRecord[] {
    return this.#rows.all();
  }

  /** How many charges there are, also of tasks that are no longer kept. */
  get count(): number {
    return this.countOf();
  }

  /** How many charges one account has. Default: all accounts. */
  countOf(account?: string): number {
    const rows =
      account === undefined ? this.#rows.size : this.tasks().filter((task) => task.account === account).length;
    return this.#carriedOf({ account }).reduce((sum, { count }) => sum + count, rows);
  }

  /** The newest charges before a task's row, oldest first; undefined if the task has no row. @param taskId default: the newest of all */
  newest(limit: number, taskId?: string): readonly Charge[] | undefined {
    const tasks = this.tasks();
    const end = taskId === undefined ? tasks.length : tasks.findLastIndex(({ id }) => id === taskId);
    if (end < 0) return undefined;
    return tasks.slice(Math.max(0, end - limit), end).map(this.chargesAsOfNow());
  }

  /** Sum of the charged units. Reserved units are not included. */
  get total(): number {
    return this.sums("charged").units;
  }

  /** Sum of the units that running tasks may still cost. */
  get reserved(): number {
    return this.sums("reserved").units;
  }

  /**
   * Units and dollars of all charges in one state, also of tasks that are no longer kept.
   * @param account default: of every account
   * @param at the time for which the states are computed, in Unix milliseconds. Default now
   */
  sums(state: ChargeState, account?: string, at = this.#surroundings.now()): Sums {
    const { rules } = this.#surroundings;
    const sums = { units: 0, usd: 0 };
    for (const { units, usd } of this.#carriedOf({ state, account })) {
      sums.units += units;
      sums.usd += usd;
    }
    for (const task of this.#rows.newestFirst()) {
      if (account !== undefined && task.account !== account) continue;
      if (settlementOf(task, at, rules).state !== state) continue;
      sums.units += task.units ?? 0;
      sums.usd += task.usd ?? 0;
    }
    return rounded(sums);
  }

  /**
   * Duplicate charges: a map from the second task's id to the id of the first task of the same request. Computed when
   * it is read.
   */
  get duplicates(): ReadonlyMap<string, string> {
    return duplicatesIn(this.tasks());
  }

  clear(): void {
    this.#rows = new TaskList();
    this.#carried.clear();
  }

  #carriedOf({ state, account }: { readonly state?: ChargeState; readonly account: string | undefined }) {
    return [...this.#carried.values()].filter(
      (entry) => (state === undefined || entry.state === state) && (account === undefined || entry.account === account),
    );
  }
}

/** Without the binary tail of sums. */
function rounded({ units, usd }: Sums): Sums {
  return { units: roundUnits(units), usd: roundUnits(usd) };
}
