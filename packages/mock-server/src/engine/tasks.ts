import { type Ending, type Plan, statusAt } from "./lifecycle.js";
import { MockProblem } from "./problem.js";
import { endedNow, nextStep, stepsByRead } from "./replan.js";
import { TaskList } from "./task-list.js";
import type { TaskRecord } from "./task-record.js";

/** The parts of the simulator that the tasks need. */
export interface TaskSurroundings {
  now(): number;
  /** Called when a task's plan has changed. */
  moved(task: TaskRecord, status: string): void;
  /** Called when the oldest task is forgotten because there are too many. */
  dropped(task: TaskRecord): void;
}

/** One account's tasks: by the caller's own ids, and each operation's in the order they came. */
interface AccountTasks {
  readonly byExternalId: Map<string, TaskRecord>;
  readonly byOperation: Map<string, TaskList>;
}

/** The tasks of the simulator, by id and by account. When there are too many, the oldest are removed. */
export class MockTasks {
  #byId = new Map<string, TaskRecord>();
  #byAccount = new Map<string, AccountTasks>();
  #all = new TaskList();
  readonly #limit: number;
  readonly #surroundings: TaskSurroundings;
  #counted: (task: TaskRecord) => void = () => {};

  /** @param limit tasks kept */
  constructor(limit: number, surroundings: TaskSurroundings) {
    this.#limit = limit;
    this.#surroundings = surroundings;
  }

  add(task: TaskRecord): void {
    this.#byId.set(task.id, task);
    this.#all.add(task);
    const { byExternalId, byOperation } = this.#tasksOf(task.account);
    if (task.externalTaskId !== undefined) byExternalId.set(task.externalTaskId, task);
    const sameOperation = byOperation.get(task.operation) ?? new TaskList();
    if (sameOperation.size === 0) byOperation.set(task.operation, sameOperation);
    sameOperation.add(task);
    if (this.#byId.size > this.#limit) this.#dropOldest();
  }

  /** Makes an empty collection with the same limit. Fill it step by step, then pass it to `takeOver`. */
  beside(): MockTasks {
    return new MockTasks(this.#limit, this.#surroundings);
  }

  /** Replaces these tasks by those of the other collection, which must not be used afterwards. */
  takeOver(other: MockTasks): void {
    this.#byId = other.#byId;
    this.#byAccount = other.#byAccount;
    this.#all = other.#all;
  }

  /** Forgets one account's tasks. */
  forgetAccount(account: string): void {
    const others = this.oldestFirst().filter((task) => task.account !== account);
    this.clear();
    for (const task of others) this.add(task);
  }

  /** The task with this task id, of any account. */
  byId(id: string): TaskRecord | undefined {
    return this.#byId.get(id);
  }

  /** An account's task with this `external_task_id`. */
  byExternalId(account: string, externalTaskId: string): TaskRecord | undefined {
    return this.#byAccount.get(account)?.byExternalId.get(externalTaskId);
  }

  /** The account's task by either id. */
  find(account: string, id: string): TaskRecord | undefined {
    const task = this.#byId.get(id);
    return task?.account === account ? task : this.byExternalId(account, id);
  }

  /** Moves the task to its next status: from submitted to running, from running to its end. A stuck task succeeds. */
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

  /** Marks the result of a task that succeeded as deleted; its status stays. */
  deleteResult(task: TaskRecord): void {
    const plan: Plan = { ...task.plan, ending: { ...task.plan.ending, status: "succeed", deleted: true } };
    this.#move(task, plan, this.#surroundings.now());
  }

  /** Counts a query of a task whose status is moved on by queries. */
  countRead(task: TaskRecord, steps: readonly [number, number], now: number): void {
    // It may have been ended by hand.
    if (statusAt(task.plan, now).ended) return;
    task.reads += 1;
    const plan = stepsByRead(task.plan, steps, { reads: task.reads, now });
    if (plan === task.plan) this.#counted(task);
    else this.#move(task, plan, now);
  }

  /** Sets the one listener to queries that are counted and move nothing. */
  onCounted(listener: (task: TaskRecord) => void): void {
    this.#counted = listener;
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
    if (ended)
      throw new MockProblem(
        409,
        "task-ended",
        `Task ${id} has already ended as ${status}, and endings are final; create another.`,
      );
    this.#move(task, change(task.plan, now), now);
    return task;
  }

  #move(task: TaskRecord, plan: Plan, now: number): void {
    task.plan = plan;
    this.#surroundings.moved(task, statusAt(plan, now).status);
  }

  /** Tasks of one operation and account, newest first, from `skip` on, at most `take`. */
  pageOf(operation: string, account: string, skip: number, take: number): TaskRecord[] {
    return this.#byAccount.get(account)?.byOperation.get(operation)?.page(skip, take) ?? [];
  }

  /** Tasks that came before this one, newest first. @throws MockProblem for an unknown or removed task */
  *before(id: string): Iterable<TaskRecord> {
    if (!this.#byId.has(id)) throw unknownTask(id);
    let found = false;
    for (const task of this.newestFirst()) {
      if (found) yield task;
      found ||= task.id === id;
    }
  }

  oldestFirst(): TaskRecord[] {
    return this.#all.all();
  }

  /** Newest first. */
  newestFirst(): Iterable<TaskRecord> {
    return this.#all.newestFirst();
  }

  /** How many tasks are kept. */
  get size(): number {
    return this.#byId.size;
  }

  clear(): void {
    this.#byId.clear();
    this.#byAccount.clear();
    this.#all = new TaskList();
  }

  #tasksOf(account: string): AccountTasks {
    const known = this.#byAccount.get(account);
    if (known) return known;
    const tasks = { byExternalId: new Map(), byOperation: new Map() };
    this.#byAccount.set(account, tasks);
    return tasks;
  }

  #dropOldest(): void {
    const task = this.#all.dropOldest();
    if (!task) return;
    this.#surroundings.dropped(task);
    const { id, account, externalTaskId, operation } = task;
    const { byExternalId, byOperation } = this.#tasksOf(account);
    this.#byId.delete(id);
    // A later task may carry the same id: a fault lets it pass.
    if (externalTaskId !== undefined && byExternalId.get(externalTaskId) === task) byExternalId.delete(externalTaskId);
    // The oldest of all is the oldest of its operation too.
    byOperation.get(operation)?.dropOldest();
  }
}

export function unknownTask(id: string): MockProblem {
  return new MockProblem(404, "unknown-task", `There is no task ${id}; give the task_id of one that is kept.`);
}
