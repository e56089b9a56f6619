/** Runs work in named queues. In one queue each piece begins when the one before has ended; queues run side by side. */
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

  /** Forgets the queues. Work that is under way is not stopped: its owner has to end it. */
  clear(): void {
    this.#last.clear();
  }
}
