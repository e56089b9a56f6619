/** Items ordered by the time they are due. Items of the same time keep their order. */
export class Schedule<T> {
  readonly #due: { readonly at: number; readonly thing: T }[] = [];

  /** When the first item is due; undefined if there is none. */
  get nextAt(): number | undefined {
    return this.#due[0]?.at;
  }

  add(at: number, thing: T): void {
    let [low, high] = [0, this.#due.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#due[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, { at, thing });
  }

  take(): T | undefined {
    return this.#due.shift()?.thing;
  }
}
