import { Scheduler } from "./engine/scheduler.js";

/** What there is to know of a clock. */
export interface ClockState {
  /** Unix milliseconds. */
  readonly now: number;
  readonly frozen: boolean;
  /** How many times faster than the system's it runs while it is not frozen. */
  readonly speed: number;
}

export function clockState(clock: MockClock): ClockState {
  return { now: clock.now(), frozen: clock.frozen, speed: clock.speed };
}

/** Whether a clock can run so many times as fast. */
export function isSpeed(speed: number): boolean {
  return speed >= 0.01 && speed <= 1_000;
}

/**
 * The simulator's time. It follows the system's, or stands still and is pushed by hand; it never runs backwards.
 */
export class MockClock {
  readonly #real: () => number;
  #base: number;
  #realBase: number;
  #frozen = false;
  #speed = 1;
  #latest = 0;
  readonly #listeners = new Set<() => void>();
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
    if (!this.#frozen)
      this.#latest = Math.max(this.#latest, this.#base + Math.floor((this.#real() - this.#realBase) * this.#speed));
    return Math.max(this.#latest, this.#base);
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** How many times faster than the system's this clock runs while it is not frozen. Default 1. */
  get speed(): number {
    return this.#speed;
  }

  /** Lets time run faster or slower from now on. @throws RangeError for a speed out of 0.01 to 1 000 */
  setSpeed(speed: number): void {
    if (!isSpeed(speed)) throw new RangeError(`The clock can't run ${speed} times as fast; give 0.01 to 1000.`);
    const now = this.now();
    this.#speed = speed;
    this.#moveTo(now);
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
  restore(time: number, frozen: boolean, speed = 1): void {
    this.#speed = speed;
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

  /** Tells whenever the clock was pushed, frozen, let go or given another speed. @returns ends it */
  onMoved(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #moveTo(time: number, frozen = this.#frozen): void {
    this.#base = time;
    this.#latest = time;
    this.#realBase = this.#real();
    this.#frozen = frozen;
    this.#scheduler.clockMoved();
    for (const listener of this.#listeners) listener();
  }
}
