import type { WatchChange } from "@klingkit/core";

/** Every change, once the watch has ended. */
export async function collect(changes: AsyncIterable<WatchChange>): Promise<WatchChange[]> {
  const all: WatchChange[] = [];
  for await (const change of changes) all.push(change);
  return all;
}

/** The most requests that fall into any second. */
export function busiestSecond(times: readonly number[]): number {
  let [first, most] = [0, 0];
  for (const [index, time] of times.entries()) {
    while ((times[first] ?? 0) <= time - 1_000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
