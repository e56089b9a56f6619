import { Agenda } from "./agenda.js";
import { CallbackDeliveries, type CallbackSurroundings, type Target } from "./callback-deliveries.js";
import { callbackFaults, noticesOf } from "./callback-faults.js";
import type { CallbackOptions } from "./callback-options.js";
import type { Delivery } from "./delivery-log.js";
import type { TaskRecord } from "./tasks.js";

/** A task whose changes are told. */
interface Followed extends Target {
  /** Statuses that have been told. */
  readonly told: Set<string>;
  /** Takes the next notice out of the schedule. */
  cancel: () => void;
}

/** Tells tasks' changes to their `callback_url`. Statuses stay computed; only the sends are scheduled. */
export class Callbacks {
  readonly #submittedToo: boolean;
  readonly #agenda: Agenda;
  readonly #deliveries: CallbackDeliveries;
  readonly #followed = new Map<string, Followed>();

  /** @throws RangeError for a secret that is none */
  constructor(options: CallbackOptions, surroundings: CallbackSurroundings) {
    this.#submittedToo = options.callbackOnSubmitted ?? true;
    this.#agenda = new Agenda(surroundings.clock);
    this.#deliveries = new CallbackDeliveries(options, surroundings, this.#agenda);
  }

  /** Every send so far, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries.list;
  }

  /** How many sends are in the schedule: a task's next change, and what is to be sent again. */
  get pending(): number {
    return this.#agenda.size;
  }

  /** Resolves once nothing is being sent; what the clock has not reached yet is not waited for. */
  async settled(): Promise<void> {
    await Promise.resolve();
    await this.#deliveries.settled();
  }

  /** Tells the task's changes from now on, where its request asked for that. @param faultName a callback fault's */
  follow(task: TaskRecord, origin: string, faultName?: string): void {
    const url = task.request.callback_url;
    if (typeof url !== "string" || url === "") return;
    const fault = faultName === undefined ? undefined : callbackFaults[faultName];
    const followed = { task, url, origin, faultName, fault, told: new Set<string>(), cancel: () => {} };
    this.#followed.set(task.id, followed);
    this.#await(followed);
  }

  /** The task's plan has become another. */
  replanned({ id }: TaskRecord): void {
    const followed = this.#followed.get(id);
    if (!followed) return;
    followed.cancel();
    this.#await(followed);
  }

  /** Forgets every delivery, those to come too. */
  clear(): void {
    this.#agenda.clear();
    this.#followed.clear();
    this.#deliveries.clear();
  }

  /** One task has one entry at a time in the schedule: its next notice. */
  #await(followed: Followed): void {
    const { task, told, fault } = followed;
    const notices = noticesOf(task.plan, fault, this.#submittedToo);
    const next = notices.find(({ standing }) => !told.has(standing.status));
    if (next) {
      followed.cancel = this.#agenda.at(next.at, () => {
        told.add(next.standing.status);
        this.#deliveries.tell(followed, next);
        this.#await(followed);
      });
    } else if (notices.some(({ standing }) => standing.ended)) this.#followed.delete(task.id);
  }
}
