/** Something to be done at a time. */
export interface Due {
  /** Unix milliseconds. */
  readonly time: number;
  readonly run: () => void;
  /** Place in the order of arrival; decides between equal times. */
  readonly order: number;
  /** Place in the queue; -1 once it has left. */
  slot: number;
}

/** Work by its due time, earliest first: a binary heap from which every entry can be removed. */
export class DueQueue {
  readonly #heap: Due[] = [];
  #arrived = 0;

  get first(): Due | undefined {
    return this.#heap[0];
  }

  get size(): number {
    return this.#heap.length;
  }

  add(time: number, run: () => void): Due {
    const due: Due = { time, run, order: this.#arrived, slot: this.#heap.length };
    this.#arrived += 1;
    this.#heap.push(due);
    this.#rise(due);
    return due;
  }

  /** Takes it out; nothing happens where it has left already. */
  remove(due: Due): void {
    const { slot } = due;
    if (slot < 0) return;
    due.slot = -1;
    const last = this.#heap.pop();
    if (!last || last === due) return;
    this.#put(last, slot);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(due: Due): void {
    for (;;) {
      const parent = this.#heap[(due.slot - 1) >> 1];
      if (due.slot === 0 || !parent || !isBefore(due, parent)) return;
      this.#swap(due, parent);
    }
  }

  #sink(due: Due): void {
    for (;;) {
      const left = this.#heap[due.slot * 2 + 1];
      const right = this.#heap[due.slot * 2 + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, due)) return;
      this.#swap(due, child);
    }
  }

  #swap(one: Due, other: Due): void {
    const { slot } = one;
    this.#put(one, other.slot);
    this.#put(other, slot);
  }

  #put(due: Due, slot: number): void {
    due.slot = slot;
    this.#heap[slot] = due;
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}
