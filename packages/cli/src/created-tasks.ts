import type { PartialHandle, TaskRecord } from "@klingkit/core";

/** How sure it is that paid tasks exist: none was made, nobody can tell, or there is one. */
export type Certainty = "none" | "unknown" | "exists";

/** The tasks that one run of the command line has made, or may have made, as its task store was told of them. */
export class CreatedTasks {
  readonly #records = new Map<string, TaskRecord>();

  /** @returns whether the task id is news */
  add(record: TaskRecord): boolean {
    const key = `${record.family}/${record.external_task_id}`;
    const earlier = this.#records.get(key);
    this.#records.set(key, earlier ? { ...earlier, ...record } : record);
    return record.task_id !== undefined && earlier?.task_id !== record.task_id;
  }

  /** Of the task that is surest to exist. */
  get certainty(): Certainty {
    const all = [...this.#records.values()].map(({ state }) => state);
    if (all.some((state) => state === "accepted" || state === "ended")) return "exists";
    return all.some((state) => state === "sending" || state === "unknown") ? "unknown" : "none";
  }

  /** Handles of the tasks that exist or may exist. */
  get handles(): readonly PartialHandle[] {
    return [...this.#records.values()]
      .filter(({ state }) => state !== "refused")
      .map(({ family, task_id, external_task_id }) => ({ family, task_id, external_task_id }));
  }

  /** Handles as texts of those that have not been seen to end. */
  get open(): readonly string[] {
    return [...this.#records.values()]
      .filter(({ state }) => state !== "refused" && state !== "ended")
      .map(({ family, task_id, external_task_id }) => `${family}/${task_id ?? external_task_id}`);
  }
}
