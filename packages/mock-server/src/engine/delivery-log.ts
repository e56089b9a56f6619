/** The outcome of one delivery of a callback. */
export type DeliveryOutcome =
  /** Answered with 2xx. */
  | "taken"
  /** Answered with anything else. */
  | "refused"
  | "unreachable"
  | "timed-out"
  /** Dropped on purpose, by a fault. */
  | "dropped"
  /** Not sent: its host is not allowed. */
  | "host-not-allowed";

/** One delivery of a callback. */
export interface Delivery {
  /** When its outcome was known, in Unix milliseconds. */
  readonly at: number;
  /** The task's real id, even if a fault sent another one. */
  readonly taskId: string;
  /** The task's status that the callback reports. */
  readonly status: string;
  /** Where it was sent, or would have been. */
  readonly url: string;
  /** Number of the attempt, 1 for the first. */
  readonly attempt: number;
  readonly outcome: DeliveryOutcome;
  /** HTTP status of the answer; null where there was none. */
  readonly answerStatus: number | null;
  /** Why it failed, if known: `connection refused`, `answered 500`; null if it was delivered. */
  readonly reason: string | null;
  /** The fault the task was submitted with. */
  readonly fault: string | null;
}

/** Every send in the order in which they were settled; the oldest go when there are too many. */
export class DeliveryLog {
  readonly #limit: number;
  #deliveries: Delivery[] = [];
  /** Deliveries that were cut off the list. */
  #cut = 0;
  readonly #accounts = new WeakMap<Delivery, string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get deliveries(): readonly Delivery[] {
    return this.#newest();
  }

  /** Those about one account's tasks. */
  of(account: string): readonly Delivery[] {
    return this.#newest().filter((delivery) => this.#accounts.get(delivery) === account);
  }

  /** Number of deliveries that are not kept any more because there were too many. */
  get dropped(): number {
    return this.#cut + Math.max(0, this.#deliveries.length - this.#limit);
  }

  /** @param account whose task it tells of */
  record(delivery: Delivery, account: string): void {
    this.#accounts.set(delivery, account);
    this.#deliveries.push(delivery);
    // Copying once in a while is cheaper than shifting the list at each record.
    if (this.#deliveries.length < this.#limit * 2) return;
    this.#cut = this.dropped;
    this.#deliveries = this.#newest();
  }

  forgetAccount(account: string): void {
    this.#deliveries = this.#deliveries.filter((delivery) => this.#accounts.get(delivery) !== account);
  }

  clear(): void {
    this.#deliveries = [];
    this.#cut = 0;
  }

  #newest(): Delivery[] {
    return this.#deliveries.slice(Math.max(0, this.#deliveries.length - this.#limit));
  }
}
