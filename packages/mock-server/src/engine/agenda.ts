import type { MockClock } from "./clock.js";

/** The entries that one part of the simulator has in a clock's schedule; it can cancel its own without the others'. */
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
