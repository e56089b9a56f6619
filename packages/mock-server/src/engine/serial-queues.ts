/** Work in queues: in one queue each piece begins when the one before has ended, queues do not wait for each other. */
export class SerialQueues {
  readonly #last = new Map<string, Promise<void>>();

  /** @param work never rejects */
  run(queue: string, work: () => Promise<void>): void {
    const done = (this.#last.get(queue) ?? Promise.resolve()).then(work);
    this.#last.set(queue, done);
    void done.then(() => {
      if (this.#last.get(queue) === done) this.#last.delete(queue);
    });
  }

  /** Resolves once no queue has work left. */
  async settled(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }

  /** Forgets what is under way; the work itself has to end by other means. */
  clear(): void {
    this.#last.clear();
  }
}
