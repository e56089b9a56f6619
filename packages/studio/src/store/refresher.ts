/** Loads something again when it is asked to: once for many asks, and more slowly where loading takes long. */
export class Refresher {
  readonly #load: () => Promise<void>;
  readonly #pauseMs: number;
  #state: "idle" | "busy" | "busy-and-asked" = "idle";

  /** @param pauseMs milliseconds between two loads at least */
  constructor(load: () => Promise<void>, pauseMs = 100) {
    this.#load = load;
    this.#pauseMs = pauseMs;
  }

  ask(): void {
    if (this.#state === "idle") void this.#run();
    else this.#state = "busy-and-asked";
  }

  async #run(): Promise<void> {
    this.#state = "busy";
    const started = performance.now();
    await this.#load();
    const took = performance.now() - started;
    // What is slow may take a fifth of the time at most, so that the page stays smooth.
    await new Promise((resolve) => setTimeout(resolve, Math.max(this.#pauseMs, took * 4)));
    const isAsked = (this.#state as string) === "busy-and-asked";
    this.#state = "idle";
    if (isAsked) this.ask();
  }
}
