import { endedNow, nextStep, stepsByRead } from "./hand.js";
import { type Ending, type Plan, statusAt } from "./lifecycle.js";
import { MockProblem } from "./problem.js";

/** A task as the simulator keeps it. */
export interface TaskRecord {
  readonly id: string;
  /** Name of the family, or of the call that answered at once. */
  readonly family: string;
  readonly account: string;
  readonly externalTaskId: string | undefined;
  /** Another one when the task is moved by hand or by reads. */
  plan: Plan;
  /** How often it was asked for; counted only where reads move tasks on. */
  reads: number;
  /** The status last told to a listener, if one listened. */
  seen?: string;
  /** The fault that spoilt the answer to its submit. */
  readonly fault?: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** Hash of the submitted picture, when it came as base64. */
  readonly picture: string | undefined;
  /** Units charged; null where no price is on record. */
  readonly units: number | null;
  /** The same in dollars, by Kling's list. */
  readonly usd: number | null;
}

/** What the store needs of the simulator. */
export interface TaskSurroundings {
  now(): number;
  /** Told when a task's plan has become another. */
  moved(task: TaskRecord, status: string): void;
}

/** Tasks by id, by the caller's own id, and in the order they came; the oldest go when there are too many. */
export class TaskStore {
  readonly #byId = new Map<string, TaskRecord>();
  readonly #byExternalId = new Map<string, TaskRecord>();
  /** In the order they came, from `#oldest` on; what lies before has been dropped. */
  #order: TaskRecord[] = [];
  #oldest = 0;
  readonly #limit: number;
  readonly #surroundings: TaskSurroundings;

  /** @param limit tasks kept */
  constructor(limit: number, surroundings: TaskSurroundings) {
    this.#limit = limit;
    this.#surroundings = surroundings;
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

  /** The account's task by either id. */
  find(account: string, id: string): TaskRecord | undefined {
    const task = this.#byId.get(id);
    return task?.account === account ? task : this.byExternalId(account, id);
  }

  /** Moves the task to its next status: from submitted to running, from running to its ending. A stuck one succeeds. */
  advance(id: string): TaskRecord {
    return this.#replan(id, nextStep);
  }

  /** Lets the task fail now. @param message its `task_status_msg` */
  fail(id: string, message: string): TaskRecord {
    return this.#end(id, { status: "failed", message });
  }

  /** Lets the task succeed now. */
  succeed(id: string): TaskRecord {
    return this.#end(id, { status: "succeed" });
  }

  /** Counts a read of a task that reads move on. */
  countRead(task: TaskRecord, steps: readonly [number, number]): void {
    task.reads += 1;
    const plan = stepsByRead(task.plan, steps, { reads: task.reads, now: this.#surroundings.now() });
    if (plan !== task.plan) this.#move(task, plan);
  }

  #end(id: string, ending: Ending): TaskRecord {
    return this.#replan(id, (plan, now) => endedNow(plan, now, ending));
  }

  /** @throws MockProblem for an unknown task, or one that has ended: endings are final */
  #replan(id: string, change: (plan: Plan, now: number) => Plan): TaskRecord {
    const task = this.#byId.get(id);
    const now = this.#surroundings.now();
    if (!task) throw unknownTask(id);
    const { ended, status } = statusAt(task.plan, now);
    if (ended) throw new MockProblem(409, "task-ended", `Task ${id} has already ended as ${status}.`);
    this.#move(task, change(task.plan, now));
    return task;
  }

  #move(task: TaskRecord, plan: Plan): void {
    task.plan = plan;
    this.#surroundings.moved(task, statusAt(plan, this.#surroundings.now()).status);
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

  /** Tasks that came before this one, newest first. @throws MockProblem for one that is not here (any more) */
  *before(id: string): Iterable<TaskRecord> {
    if (!this.#byId.has(id)) throw unknownTask(id);
    let found = false;
    for (const task of this.newestFirst()) {
      if (found) yield task;
      found ||= task.id === id;
    }
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

export function unknownTask(id: string): MockProblem {
  return new MockProblem(404, "unknown-task", `There is no task ${id}.`);
}

function externalKey(account: string, externalTaskId: string): string {
  return `${account}/${externalTaskId}`;
}
