import { KlingkitError } from "../errors/index.js";

/** The slowest pace, as a factor, while the server refuses requests as too many. */
const slowest = 64;

/** Spreads requests evenly, with a limit on requests a second, and fewer while the server refuses them as too many. */
export class Pace {
  readonly #spacingMs: number;
  readonly #maxRetryAfterMs: number;
  #slowness = 1;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(requestsPerSecond: number, maxRetryAfterMs: number) {
    this.#spacingMs = 1_000 / requestsPerSecond;
    this.#maxRetryAfterMs = maxRetryAfterMs;
  }

  /** When the next request may be sent. */
  get nextAt(): number {
    return this.#nextAt;
  }

  sent(now: number): void {
    this.#nextAt = now + this.#pauseMs;
  }

  /** In sixteenths of a millisecond, rounded up: those add up exactly, so that no second ever holds one too many. */
  get #pauseMs(): number {
    return Math.ceil(this.#spacingMs * this.#slowness * 16) / 16;
  }

  answered(now: number, error?: unknown): void {
    if (!KlingkitError.isInstance(error) || error.status !== 429) {
      this.#slowness = Math.max(1, this.#slowness * 0.9);
      return;
    }
    this.#slowness = Math.min(slowest, this.#slowness * 2);
    const asked = Math.min(error.retryAfterMs ?? 0, this.#maxRetryAfterMs);
    this.#nextAt = Math.max(this.#nextAt, now + Math.max(asked, this.#pauseMs));
  }
}
