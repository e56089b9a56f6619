import { duplicatesIn } from "./duplicates.js";
import type { MockTasks, TaskRecord } from "./tasks.js";

/** One charge. */
export interface Charge {
  readonly at: number;
  readonly account: string;
  readonly operation: string;
  readonly taskId: string;
  /** The caller's own id: two charges with the same one are a duplicate of one intention. */
  readonly externalTaskId: string | undefined;
  /** Units charged; null where no price is on record. */
  readonly units: number | null;
}

/** What a task cost. */
export function chargeOf({ id: taskId, plan, account, operation, externalTaskId, units }: TaskRecord): Charge {
  return { at: plan.createdAt, account, operation, taskId, externalTaskId, units };
}

/** Every charge, in order. */
export class Ledger {
  readonly #charges: Charge[] = [];
  readonly #tasks: MockTasks;

  constructor(tasks: MockTasks) {
    this.#tasks = tasks;
  }

  record(charge: Charge): void {
    this.#charges.push(charge);
  }

  get charges(): readonly Charge[] {
    return this.#charges;
  }

  /** Units charged in all; charges without a price count as 0. */
  get total(): number {
    return this.#charges.reduce((sum, { units }) => sum + (units ?? 0), 0);
  }

  /** Charges that are the second for one intention: task id by task id of the first. Worked out when it is asked for. */
  get duplicates(): ReadonlyMap<string, string> {
    return duplicatesIn(this.#charges, this.#tasks);
  }

  clear(): void {
    this.#charges.length = 0;
  }
}
