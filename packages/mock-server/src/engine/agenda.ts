import type { MockClock } from "../clock.js";

/** One part's own entries in a clock's schedule, so that it can take back its own and nobody else's. */
export class Agenda {
  readonly #clock: MockClock;
  readonly #entries = new Set<() => void>();

  constructor(clock: MockClock) {
    this.#clock = clock;
  }

  /** Entries that have not run. */
  get size(): number {
    return this.#entries.size;
  }

  /** As `MockClock.at`. @param time Unix milliseconds */
  at(time: number, run: () => void): () => void {
    const take = this.#clock.at(time, () => {
      this.#entries.delete(cancel);
      run();
    });
    const cancel = () => {
      this.#entries.delete(cancel);
      take();
    };
    this.#entries.add(cancel);
    return cancel;
  }

  clear(): void {
    for (const cancel of [...this.#entries]) cancel();
  }
}
