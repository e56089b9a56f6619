/** Work in lanes: in one lane each piece begins when the one before has ended, lanes do not wait for each other. */
export class Lanes {
  readonly #last = new Map<string, Promise<void>>();

  /** @param work never rejects */
  run(lane: string, work: () => Promise<void>): void {
    const done = (this.#last.get(lane) ?? Promise.resolve()).then(work);
    this.#last.set(lane, done);
    void done.then(() => {
      if (this.#last.get(lane) === done) this.#last.delete(lane);
    });
  }

  /** Resolves once no lane has work left. */
  async settled(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }

  /** Forgets what is under way; the work itself has to end by other means. */
  clear(): void {
    this.#last.clear();
  }
}
