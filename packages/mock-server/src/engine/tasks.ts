import type { Plan } from "./lifecycle.js";

/** A task as the simulator keeps it. */
export interface TaskRecord {
  readonly id: string;
  /** Name of the family, or of the call that answered at once. */
  readonly family: string;
  readonly account: string;
  readonly externalTaskId: string | undefined;
  readonly plan: Plan;
  readonly request: Readonly<Record<string, unknown>>;
  /** Hash of the submitted picture, when it came as base64. */
  readonly picture: string | undefined;
  /** Units charged; null where no price is on record. */
  readonly units: number | null;
  /** The same in dollars, by Kling's list. */
  readonly usd: number | null;
}

/** Tasks by id, by the caller's own id, and in the order they came; the oldest go when there are too many. */
export class TaskStore {
  readonly #byId = new Map<string, TaskRecord>();
  readonly #byExternalId = new Map<string, TaskRecord>();
  /** In the order they came, from `#oldest` on; what lies before has been dropped. */
  #order: TaskRecord[] = [];
  #oldest = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(task: TaskRecord): void {
    this.#byId.set(task.id, task);
    this.#order.push(task);
    if (task.externalTaskId !== undefined) this.#byExternalId.set(externalKey(task.account, task.externalTaskId), task);
    if (this.#byId.size > this.#limit) this.#dropOldest();
  }

  byId(id: string): TaskRecord | undefined {
    return this.#byId.get(id);
  }

  byExternalId(account: string, externalTaskId: string): TaskRecord | undefined {
    return this.#byExternalId.get(externalKey(account, externalTaskId));
  }

  /** Tasks of one family and account, newest first, from `skip` on, at most `take`. */
  pageOf(family: string, account: string, skip: number, take: number): TaskRecord[] {
    const page: TaskRecord[] = [];
    let left = skip;
    for (const task of this.newestFirst()) {
      if (task.family !== family || task.account !== account) continue;
      if (left > 0) left -= 1;
      else if (page.push(task) === take) break;
    }
    return page;
  }

  /** Newest first. */
  *newestFirst(): Iterable<TaskRecord> {
    for (let index = this.#order.length - 1; index >= this.#oldest; index -= 1) {
      const task = this.#order[index];
      if (task) yield task;
    }
  }

  get size(): number {
    return this.#byId.size;
  }

  clear(): void {
    this.#byId.clear();
    this.#byExternalId.clear();
    this.#order = [];
    this.#oldest = 0;
  }

  #dropOldest(): void {
    const task = this.#order[this.#oldest];
    if (!task) return;
    this.#byId.delete(task.id);
    if (task.externalTaskId !== undefined) this.#byExternalId.delete(externalKey(task.account, task.externalTaskId));
    this.#oldest += 1;
    // Copying once in a while is cheaper than shifting the list at each drop.
    if (this.#oldest * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#oldest);
      this.#oldest = 0;
    }
  }
}

function externalKey(account: string, externalTaskId: string): string {
  return `${account}/${externalTaskId}`;
}
