import { Scheduler } from "./engine/scheduler.js";

/**
 * The simulator's time. It follows the system's, or stands still and is pushed by hand; it never runs backwards.
 */
export class MockClock {
  readonly #real: () => number;
  #base: number;
  #realBase: number;
  #frozen = false;
  #latest = 0;
  readonly #scheduler = new Scheduler(this);

  /** @param real source of Unix milliseconds. Default `Date.now` */
  constructor(real: () => number = Date.now) {
    this.#real = real;
    this.#realBase = real();
    this.#base = this.#realBase;
  }

  /** Unix milliseconds. */
  now(): number {
    // The system's clock can be set back; this one then stands still until it has caught up.
    if (!this.#frozen) this.#latest = Math.max(this.#latest, this.#base + this.#real() - this.#realBase);
    return Math.max(this.#latest, this.#base);
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Time stands still until `unfreeze`. */
  freeze(): void {
    this.#moveTo(this.now(), true);
  }

  unfreeze(): void {
    this.#moveTo(this.now(), false);
  }

  /** Moves time on. @throws RangeError for a negative or non-finite amount */
  advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0)
      throw new RangeError(`The clock can't be advanced by ${ms} ms; give 0 or more.`);
    this.#moveTo(this.now() + ms);
  }

  /** Sets the time. @throws RangeError for a time before now */
  set(time: number): void {
    if (!Number.isFinite(time) || time < this.now()) {
      throw new RangeError(`The clock can't be set to ${time}; it is ${this.now()} and never runs backwards.`);
    }
    this.#moveTo(time);
  }

  /** Puts the clock where a snapshot says it stood: the only way back. */
  restore(time: number, frozen: boolean): void {
    this.#moveTo(time, frozen);
  }

  /**
   * Runs `callback` once this clock has reached the time; several run in the order in which they are due. A clock that
   * jumps runs them after the jump. One system timer serves them all, none while the clock is frozen.
   * @param time Unix milliseconds; one that has passed means as soon as the caller is done
   * @returns takes it back
   */
  at(time: number, callback: () => void): () => void {
    return this.#scheduler.at(time, callback);
  }

  /** Callbacks given to `at` that have not run yet. */
  get pending(): number {
    return this.#scheduler.pending;
  }

  #moveTo(time: number, frozen = this.#frozen): void {
    this.#base = time;
    this.#latest = time;
    this.#realBase = this.#real();
    this.#frozen = frozen;
    this.#scheduler.clockMoved();
  }
}
