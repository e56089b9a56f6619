/** Lines that are made durable together, and the answers that wait for that. */
export class Batch {
  readonly lines: string[];
  readonly done: Promise<void>;
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  /** @param other a batch that this one replaces: answers that wait for it then wait for this one */
  constructor(lines: string[] = [], other?: Batch) {
    this.lines = lines;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Nobody may be waiting.
    this.done.catch(() => {});
    if (other) this.done.then(other.resolve, other.reject);
  }

  readonly resolve = (): void => this.#settle?.resolve();
  readonly reject = (error: Error): void => this.#settle?.reject(error);
}
