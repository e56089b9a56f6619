import type { TaskRecord } from "./task-record.js";

/** Tasks in the order they came, from which only the oldest leaves. */
export class TaskList {
  #tasks: TaskRecord[] = [];
  /** Tasks before this index have been dropped. */
  #oldest = 0;

  get size(): number {
    return this.#tasks.length - this.#oldest;
  }

  get oldest(): TaskRecord | undefined {
    return this.#tasks[this.#oldest];
  }

  add(task: TaskRecord): void {
    this.#tasks.push(task);
  }

  /** Takes out the oldest. */
  dropOldest(): TaskRecord | undefined {
    const task = this.oldest;
    if (!task) return undefined;
    this.#oldest += 1;
    // Copying once in a while is cheaper than shifting the list at each drop.
    if (this.#oldest * 2 > this.#tasks.length) {
      this.#tasks = this.#tasks.slice(this.#oldest);
      this.#oldest = 0;
    }
    return task;
  }

  /** Newest first, from `skip` on, at most `take`; touches no others. */
  page(skip: number, take: number): TaskRecord[] {
    const end = Math.max(this.#oldest, this.#tasks.length - skip);
    return this.#tasks.slice(Math.max(this.#oldest, end - take), end).reverse();
  }

  /** All of them, oldest first. */
  all(): TaskRecord[] {
    return this.#tasks.slice(this.#oldest);
  }

  /** Newest first. */
  *newestFirst(): Iterable<TaskRecord> {
    for (let index = this.#tasks.length - 1; index >= this.#oldest; index -= 1) {
      const task = this.#tasks[index];
      if (task) yield task;
    }
  }
}
