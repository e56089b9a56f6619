import { type AnyTask, type KlingClient, KlingkitError, TaskFailedError, WaitTimeoutError } from "@klingkit/core";
import {
  type ConnectionOptions,
  DelayedError,
  type Job,
  Queue,
  UnrecoverableError,
  Worker,
  type WorkerOptions,
} from "bullmq";

/** A job of the queue `videos`. */
export interface VideoJob {
  readonly order: string;
  readonly prompt: string;
  /** Written by the worker once the task exists. */
  readonly task_id?: string;
}

/** Where an app puts its orders: `queue.add("video", { order, prompt }, { jobId: `order-${order}` })`. */
export function videoQueue(connection: ConnectionOptions): Queue<VideoJob, AnyTask> {
  const defaultJobOptions = { attempts: 5, backoff: { type: "exponential", delay: 5_000 } };
  return new Queue("videos", { connection, defaultJobOptions });
}

interface VideoWorkerOptions extends WorkerOptions {
  readonly kling: KlingClient;
  /** Pause between two queries about a task, in milliseconds. Default 10 000. */
  readonly pollMs?: number;
}

/** A BullMQ worker. A job submits once and goes back into the queue between queries, so no worker waits for a video. */
export function startVideoWorker({
  kling,
  pollMs = 10_000,
  ...options
}: VideoWorkerOptions): Worker<VideoJob, AnyTask> {
  return new Worker<VideoJob, AnyTask>(
    "videos",
    async (job, token) => {
      const id = job.data.task_id ?? (await submit(kling, job));
      try {
        // Queries once. It knows the words for an end, which differ between servers: `succeed`, `succeeded`, …
        return await kling.text2video.wait(id, { timeoutMs: 0 });
      } catch (error) {
        if (error instanceof TaskFailedError) throw new UnrecoverableError(error.message);
        if (!(error instanceof WaitTimeoutError)) throw error;
      }
      await job.moveToDelayed(Date.now() + pollMs, token);
      throw new DelayedError();
    },
    options,
  );
}

/** If the worker dies here, the next one submits with the same id, and finds the first task. */
async function submit(kling: KlingClient, job: Job<VideoJob>): Promise<string> {
  const { order, prompt } = job.data;
  try {
    const body = { model_name: "kling-v2-6", prompt, external_task_id: `order-${order}` };
    const { task_id } = await kling.text2video.submit(body);
    await job.updateData({ ...job.data, task_id });
    return task_id;
  } catch (error) {
    // BullMQ retries the job (`attempts`) only after a temporary error.
    if (KlingkitError.isInstance(error) && error.retry !== "after-delay") throw new UnrecoverableError(error.message);
    throw error;
  }
}
