/** A request that has arrived as a whole. */
interface Arrival {
  readonly find: () => () => void;
  readonly failed: (error: unknown) => void;
}

let arrivals: Arrival[] = [];

/**
 * What arrives in one turn of the event loop is answered at its end: first every answer is found, then all are sent.
 * Taken one by one, Node's code, the engine's and the system's push each other out of the processor's caches, and every
 * answer wakes whoever waits for it anew; together, requests over many connections cost half as much. A lone one waits
 * for nobody.
 * @param find finds the answer; what it returns sends it
 * @param failed told when either throws
 */
export function answerTogether(find: () => () => void, failed: (error: unknown) => void): void {
  if (arrivals.length === 0) setImmediate(answerArrivals);
  arrivals.push({ find, failed });
}

function answerArrivals(): void {
  const together = arrivals;
  arrivals = [];
  const sends = together.map(({ find, failed }) => attempt(find, failed));
  for (const [index, { failed }] of together.entries()) attempt(() => sends[index]?.(), failed);
}

function attempt<Result>(step: () => Result, failed: (error: unknown) => void): Result | undefined {
  try {
    return step();
  } catch (error) {
    failed(error);
    return undefined;
  }
}
