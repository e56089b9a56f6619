import type { TimeSetting } from "../live/protocol.js";

/** A source of time whose speed can be changed while it runs. It never jumps and never runs backwards. */
export class SteeredTime {
  #speed: number;
  #base = Date.now();
  #realBase = Date.now();

  constructor(speed: TimeSetting["speed"]) {
    this.#speed = speed;
  }

  /** Unix milliseconds. */
  readonly now = (): number => this.#base + (Date.now() - this.#realBase) * this.#speed;

  set speed(speed: number) {
    this.#base = this.now();
    this.#realBase = Date.now();
    this.#speed = speed;
  }
}
