/** Milliseconds of processor time, the least of several runs: what else the machine does makes it more, never less. */
export async function cost(work: () => unknown, runs: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** What lies below is noise, in milliseconds: a collection of garbage may fall into any look at the clock. */
export const noise = 3;

/** Ten times the input takes ten times as long where the time is linear, a hundred times where it is quadratic: between the two. */
export const mostGrowth = 30;
