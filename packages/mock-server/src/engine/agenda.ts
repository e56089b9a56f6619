import type { MockClock } from "./clock.js";

/** The entries that one part of the simulator has in a clock's schedule; it can cancel its own without the others'. */
export class Agenda {
  readonly #clock: MockClock;
  /** What cancels each, and the account it is for. */
  readonly #entries = new Map<() => void, string | undefined>();

  constructor(clock: MockClock) {
    this.#clock = clock;
  }

  /** Entries that have not run. */
  get size(): number {
    return this.#entries.size;
  }

  /** One account's entries that have not run. */
  sizeOf(account: string): number {
    let size = 0;
    for (const owner of this.#entries.values()) if (owner === account) size += 1;
    return size;
  }

  /** As `MockClock.at`. @param time Unix milliseconds @param account whose entry it is. Default: nobody's */
  at(time: number, run: () => void, account?: string): () => void {
    const take = this.#clock.at(time, () => {
      this.#entries.delete(cancel);
      run();
    });
    const cancel = () => {
      this.#entries.delete(cancel);
      take();
    };
    this.#entries.set(cancel, account);
    return cancel;
  }

  /** Cancels one account's entries. */
  forgetAccount(account: string): void {
    for (const [cancel, owner] of [...this.#entries]) if (owner === account) cancel();
  }

  clear(): void {
    for (const cancel of [...this.#entries.keys()]) cancel();
  }
}
