/**
 * The simulator's time. It follows the system's, or stands still and is pushed by hand; it never runs backwards.
 */
export class MockClock {
  readonly #real: () => number;
  #base: number;
  #realBase: number;
  #frozen = false;
  #latest = 0;

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
    this.#moveTo(this.now());
    this.#frozen = true;
  }

  unfreeze(): void {
    this.#moveTo(this.now());
    this.#frozen = false;
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

  #moveTo(time: number): void {
    this.#base = time;
    this.#latest = time;
    this.#realBase = this.#real();
  }
}
