import { Scheduler } from "./scheduler.js";

/** The state of a clock. */
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

/** The end of the year 9999: later times have no date that others could read. */
const lastTime = 253_402_300_799_999;

/** Whether a clock can stand so, in Unix milliseconds. */
export function isTime(time: unknown): time is number {
  return typeof time === "number" && time >= 0 && time <= lastTime;
}

/** Whether a clock can run so many times as fast. */
export function isSpeed(speed: unknown): speed is number {
  return typeof speed === "number" && speed >= 0.01 && speed <= 1_000;
}

/** @throws RangeError for a speed outside 0.01 to 1 000 */
export function checkSpeed(speed: number): void {
  if (!isSpeed(speed)) throw new RangeError(`The clock can't run ${speed} times as fast; give 0.01 to 1000.`);
}

/** @throws RangeError for a negative amount of milliseconds, or one that leads beyond the year 9999 */
export function checkAdvance(now: number, ms: number): void {
  if (!(ms >= 0 && now + ms <= lastTime))
    throw new RangeError(`The clock can't be advanced by ${ms} ms; give 0 or more, up to the year 9999.`);
}

/** @throws RangeError for a time before now or beyond the year 9999 */
export function checkTime(now: number, time: number): void {
  if (!(time >= now && time <= lastTime))
    throw new RangeError(
      `The clock can't be set to ${time}; it is ${now}, never runs backwards, and ends with the year 9999.`,
    );
}

/**
 * The simulator's clock. It follows the system's time, or stands still and is advanced by hand. It never runs
 * backwards: if the system's clock is set back, this one goes on from where it was. At the end of the year 9999 it stops.
 */
export class MockClock {
  readonly #real: () => number;
  #base: number;
  #realBase: number;
  #realLatest: number;
  #frozen = false;
  #speed = 1;
  #latest = 0;
  /** The time at which something is being done that takes none. */
  #held: number | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #scheduler = new Scheduler(this);

  /**
   * @param real source of Unix milliseconds. Default `Date.now()`, looked up at each call: a clock made before a test fakes
   *   time follows the faked time
   */
  constructor(real: () => number = () => Date.now()) {
    this.#real = real;
    this.#realBase = real();
    this.#realLatest = this.#realBase;
    this.#base = this.#realBase;
  }

  /** Unix milliseconds. */
  now(): number {
    if (this.#held !== undefined) return this.#held;
    this.#scheduler.followTimers();
    if (this.#frozen) return Math.max(this.#latest, this.#base);
    const real = this.#real();
    if (real < this.#realLatest) {
      this.#base = Math.max(this.#latest, this.#base);
      this.#realBase = real;
    }
    this.#realLatest = real;
    this.#latest = Math.min(this.#base + Math.floor((real - this.#realBase) * this.#speed), lastTime);
    return this.#latest;
  }

  /**
   * Runs an action during which the time does not change, however long it takes, unless the action itself moves the
   * clock. Work that it only starts (a promise) is not covered.
   */
  atOneMoment<Result>(action: () => Result): Result {
    if (this.#held !== undefined) return action();
    this.#held = this.now();
    try {
      return action();
    } finally {
      this.#held = undefined;
    }
  }

  /** The simulated time and the system's time of the same moment, in Unix milliseconds. */
  reading(): { readonly now: number; readonly real: number } {
    const now = this.now();
    return { now, real: this.#realLatest };
  }

  /** The time this clock follows while it is not frozen, in Unix milliseconds: the system's. */
  real(): number {
    return this.#real();
  }

  /** Whether the clock stands still until it is advanced. */
  get frozen(): boolean {
    return this.#frozen;
  }

  /** How many times faster than the system's this clock runs while it is not frozen. Default 1. */
  get speed(): number {
    return this.#speed;
  }

  /**
   * Changes the speed of the clock. A frozen clock has this speed once it is unfrozen.
   * @throws RangeError for a speed outside 0.01 to 1 000
   */
  setSpeed(speed: number): void {
    checkSpeed(speed);
    const now = this.now();
    this.#speed = speed;
    this.#moveTo(now);
  }

  /** Stops the clock until `unfreeze` is called. */
  freeze(): void {
    this.#moveTo(this.now(), true);
  }

  /** Lets the clock run on from where it stands. */
  unfreeze(): void {
    this.#moveTo(this.now(), false);
  }

  /**
   * Moves the clock forward by this many milliseconds.
   * @throws RangeError for a negative amount, or one that leads beyond the year 9999
   */
  advance(ms: number): void {
    const now = this.now();
    checkAdvance(now, ms);
    this.#moveTo(now + ms);
  }

  /** Sets the time. @throws RangeError for a time before now or beyond the year 9999 */
  set(time: number): void {
    checkTime(this.now(), time);
    this.#moveTo(time);
  }

  /**
   * Sets the clock to the time of a snapshot. This is the only way to set it back.
   * @param real the system's time of the snapshot, in Unix milliseconds: a clock that is not frozen has gone on since.
   *   Default now
   * @throws RangeError for a time outside 1970 to 9999, or a speed outside 0.01 to 1 000
   */
  restore(time: number, frozen: boolean, speed = 1, real = this.#real()): void {
    if (!isTime(time) || !isTime(real) || !isSpeed(speed))
      throw new RangeError(
        `the clock can't stand at ${time} and run ${speed} times as fast; times are Unix milliseconds up to the year 9999, speeds 0.01 to 1000`,
      );
    this.#speed = speed;
    this.#moveTo(time, frozen, real);
  }

  /**
   * Runs `callback` once when this clock reaches the time; for the callback, time stands still. Several callbacks run in the
   * order in which they are due. If the clock jumps, they run after the jump. One system timer serves all; a frozen clock has
   * no timer.
   * @param time Unix milliseconds; a time in the past means as soon as the caller is done
   * @returns a function that cancels it
   */
  at(time: number, callback: () => void): () => void {
    return this.#scheduler.at(time, () => this.atOneMoment(callback));
  }

  /** How many callbacks of `at` have not run yet. */
  get pending(): number {
    return this.#scheduler.pending;
  }

  /**
   * Calls the listener whenever the clock was advanced, frozen, unfrozen or given another speed. @returns a function
   * that ends it
   */
  onMoved(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #moveTo(time: number, frozen = this.#frozen, real = this.#real()): void {
    // Whole milliseconds, as the provider's times are.
    this.#base = Math.floor(time);
    this.#latest = this.#base;
    this.#realBase = real;
    this.#realLatest = real;
    this.#frozen = frozen;
    if (this.#held !== undefined) {
      this.#held = undefined;
      this.#held = this.now();
    }
    this.#scheduler.clockMoved();
    for (const listener of this.#listeners) listener();
  }
}
