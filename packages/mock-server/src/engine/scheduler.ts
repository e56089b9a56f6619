import { longestTimer } from "@klingkit/spec/web";
import { DueQueue } from "./due-queue.js";

/** The part of a clock that the scheduler reads. */
export interface Timekeeper {
  /** Unix milliseconds. */
  now(): number;
  readonly frozen: boolean;
  /** How many of its milliseconds pass in one of the system's. */
  readonly speed: number;
}

/**
 * Runs what is due by a clock, in the order in which it is due. While the clock follows the system's there is one timer,
 * for the earliest entry. A frozen clock has no timer; the code that advances it calls `clockMoved`.
 */
export class Scheduler {
  readonly #clock: Timekeeper;
  readonly #queue = new DueQueue();
  /** Clears the timer that is set. */
  #disarm: () => void = () => {};
  /** The function that set it; undefined while none is set. */
  #armedBy: typeof setTimeout | undefined;

  constructor(clock: Timekeeper) {
    this.#clock = clock;
  }

  /** How many entries have not run. */
  get pending(): number {
    return this.#queue.size;
  }

  /**
   * Runs `run` at that time; one that has passed means as soon as the caller is done.
   * @param time Unix milliseconds
   * @returns a function that cancels it; after `run` it does nothing
   * @throws RangeError for a time that is not a number
   */
  at(time: number, run: () => void): () => void {
    if (Number.isNaN(time)) throw new RangeError("Nothing can be scheduled at a time that is not a number.");
    const due = this.#queue.add(time, run);
    if (time <= this.#clock.now()) void Promise.resolve().then(() => this.clockMoved());
    else this.#arm();
    return () => {
      this.#queue.remove(due);
      this.#arm();
    };
  }

  /** Must be called whenever the clock was advanced, frozen or unfrozen. */
  clockMoved(): void {
    try {
      for (let due = this.#queue.first; due && due.time <= this.#clock.now(); due = this.#queue.first) {
        this.#queue.remove(due);
        due.run();
      }
    } finally {
      this.#arm();
    }
  }

  /** Sets the timer again where a test has faked the system's timers, or given them back, since it was set. */
  followTimers(): void {
    if (this.#armedBy === undefined || this.#armedBy === globalThis.setTimeout) return;
    this.#armedBy = globalThis.setTimeout;
    void Promise.resolve().then(() => this.clockMoved());
  }

  #arm(): void {
    this.#disarm();
    this.#disarm = () => {};
    this.#armedBy = undefined;
    const { first } = this.#queue;
    if (!first || this.#clock.frozen) return;
    const ms = Math.min(Math.max(0, (first.time - this.#clock.now()) / this.#clock.speed), longestTimer);
    // The pair that belongs together: a faked `clearTimeout` knows no timer of the system's.
    const { setTimeout, clearTimeout } = globalThis;
    const timer = setTimeout(() => this.clockMoved(), ms);
    letExit(timer);
    this.#disarm = () => clearTimeout(timer);
    this.#armedBy = setTimeout;
  }
}

/** Keeps the timer from holding a process; browsers have nothing of the kind. */
function letExit(timer: unknown): void {
  (timer as { readonly unref?: () => void }).unref?.();
}
