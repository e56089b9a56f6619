import type { Task } from "../control/types.js";

/** Tasks newest first, of which new ones come at the front and pages of older ones at the end. */
export class TaskBook {
  readonly #byId = new Map<string, Task>();
  readonly #limit: number;
  #order: string[] = [];

  /** @param limit tasks kept; the oldest go first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes new and changed tasks, oldest first. */
  put(tasks: readonly Task[]): void {
    const fresh: string[] = [];
    for (const task of tasks) {
      if (!this.#byId.has(task.task_id)) fresh.push(task.task_id);
      this.#byId.set(task.task_id, task);
    }
    if (fresh.length > 0) this.#keep([...fresh.reverse(), ...this.#order]);
  }

  /** Takes a page of older tasks, newest first. What is known already is newer. */
  append(tasks: readonly Task[]): void {
    const fresh = tasks.filter(({ task_id }) => !this.#byId.has(task_id));
    for (const task of fresh) this.#byId.set(task.task_id, task);
    this.#keep([...this.#order, ...fresh.map(({ task_id }) => task_id)]);
  }

  get isFull(): boolean {
    return this.#order.length >= this.#limit;
  }

  list(): readonly Task[] {
    return this.#order.flatMap((id) => this.#byId.get(id) ?? []);
  }

  clear(): void {
    this.#byId.clear();
    this.#order = [];
  }

  #keep(order: string[]): void {
    for (const id of order.slice(this.#limit)) this.#byId.delete(id);
    this.#order = order.slice(0, this.#limit);
  }
}
