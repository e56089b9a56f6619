/** What became of one send of a callback. */
export type DeliveryOutcome =
  /** Answered with 2xx. */
  | "taken"
  /** Answered with anything else. */
  | "refused"
  | "unreachable"
  | "timed-out"
  /** Lost on purpose. */
  | "dropped"
  /** Not sent: its host is not allowed. */
  | "host-not-allowed";

/** One send of a callback. */
export interface Delivery {
  /** When it was settled, in Unix milliseconds. */
  readonly at: number;
  /** The task's real id, also where a fault sent another one. */
  readonly taskId: string;
  readonly status: string;
  readonly url: string;
  /** 1 for the first send. */
  readonly attempt: number;
  readonly outcome: DeliveryOutcome;
  /** HTTP status of the answer; null where there was none. */
  readonly answerStatus: number | null;
  /** Why it was not taken, as far as that is known: `connection refused`, `answered 500`; null where it was. */
  readonly reason: string | null;
  /** The fault the task was submitted with. */
  readonly fault: string | null;
}

/** Every send in the order in which they were settled; the oldest go when there are too many. */
export class DeliveryLog {
  readonly #limit: number;
  #deliveries: Delivery[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get deliveries(): readonly Delivery[] {
    return this.#deliveries.slice(-this.#limit);
  }

  record(delivery: Delivery): void {
    this.#deliveries.push(delivery);
    // Copying once in a while is cheaper than shifting the list at each record.
    if (this.#deliveries.length >= this.#limit * 2) this.#deliveries = this.#deliveries.slice(-this.#limit);
  }

  forget(taskId: string): void {
    this.#deliveries = this.#deliveries.filter((delivery) => delivery.taskId !== taskId);
  }

  clear(): void {
    this.#deliveries = [];
  }
}
