import { DelayedError, type Job } from "bullmq";
import type { Fleet } from "./fleet.js";
import type { RowJob } from "./jobs.js";
import type { Holder } from "./ledger.js";

/**
 * A row in line is called when slots are given back. A worker that is killed between the two, or loses Redis, calls nobody. So
 * a row that was not called tries by itself after a while, in milliseconds: all that wait together a hundred times a second.
 */
const [shortestMs, msForEach] = [2_000, 10];

/** Sends a row that found no slots out of the queue, where it would hold up rows of other models, until it is called. */
export async function waitForSlots(
  { ledger }: Fleet,
  { job, token }: { readonly job: Job<RowJob>; readonly token: string | undefined },
  { holder, inLine }: { readonly holder: Holder; readonly inLine: number },
): Promise<never> {
  await job.moveToDelayed(Date.now() + Math.max(shortestMs, inLine * msForEach), token);
  if (!(await ledger.queueForSlots(holder))) await job.promote().catch(() => {});
  throw new DelayedError();
}

/** Gives back the slots of a task, and calls the rows that wait for them. */
export async function releaseSlots({ ledger, rows }: Fleet, holder: Holder): Promise<void> {
  const called = await ledger.freeSlots(holder);
  await Promise.all(
    called.map(async (ownId) => {
      const job = await rows.getJob(ownId);
      // One that is not in the line any more was cancelled, or tries by itself.
      await job?.promote().catch(() => {});
    }),
  );
}
