/** Does a piece of work as soon as fewer than the allowed number are under way. */
export type ConcurrencyLimit = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets at most `most` pieces of work run at a time; the others wait in a queue, first in, first out. */
export function limitConcurrency(most: number): ConcurrencyLimit {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => queue.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The next one in the queue takes the place over.
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
