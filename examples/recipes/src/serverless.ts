import {
  type AnyTask,
  createKlingClient,
  type KlingClientOptions,
  KlingkitError,
  memoryTaskStore,
  SubmitOutcomeUnknownError,
  TaskFailedError,
  type TaskRecord,
  WaitTimeoutError,
} from "@klingkit/core";
import { callbackUrl, createCallbackHandler } from "@klingkit/core/callbacks";

/** Longest time that the sweep spends on one task, in milliseconds. */
const lookMs = 2_000;

export interface VideoFunctionsOptions extends KlingClientOptions {
  /** Where the provider reaches these functions, such as `https://videos.example.com`. */
  readonly publicUrl: string;
  /** Secret of at least 16 characters that signs callback addresses. */
  readonly callbackKey: string;
  /** Stores the outcome of a task. It may be called twice for the same task: by the webhook and by the sweep. */
  readonly save: (task: AnyTask) => Promise<void>;
}

/**
 * Three functions for a serverless or edge platform. None of them waits for a video. Give a `taskStore` on your database:
 * the store in memory ends with the function, and with it the protection from a duplicate charge.
 */
export function createVideoFunctions({ publicUrl, callbackKey, save, ...options }: VideoFunctionsOptions) {
  const kling = createKlingClient(options);
  /** Looks at tasks without telling the store of their end. */
  const looking = createKlingClient({ ...options, taskStore: memoryTaskStore() });

  /** Saves first, and then lets the store know of the end: a save that fails is tried again by the next sweep. */
  async function finish(open: TaskRecord): Promise<void> {
    const task = await looking.resume(open, { timeoutMs: lookMs }).catch(failedTask);
    if (!task) return;
    await save(task);
    await kling.resume(open, { timeoutMs: 0 }).catch(failedTask);
  }

  return {
    /** `POST /videos`: submits, and answers with the task's id. */
    async submit(request: Request): Promise<Response> {
      const { order, prompt } = (await request.json()) as { readonly order: string; readonly prompt: string };
      const external_task_id = `order-${order}`;
      const task = { family: "text2video", external_task_id, key: callbackKey };
      try {
        const callback_url = await callbackUrl(`${publicUrl}/webhooks/kling`, task);
        const body = { model_name: "kling-v2-6", prompt, callback_url, external_task_id };
        const { task_id } = await kling.text2video.submit(body);
        return Response.json({ id: task_id }, { status: 202 });
      } catch (error) {
        if (!KlingkitError.isInstance(error)) throw error;
        return Response.json({ code: error.code, message: error.message }, { status: 502 });
      }
    },

    /** `POST /webhooks/kling`: the provider calls it at every change. Pass the platform's context, for its `waitUntil`. */
    webhook: createCallbackHandler({
      client: kling,
      token: callbackKey,
      // Only ends are confirmed, by a query. Their words differ between servers: `succeed`, `succeeded`, …
      onTask: (task, { confirmed }) => (confirmed ? save(task) : undefined),
    }),

    /** On a schedule, for example every minute: webhooks get lost, so it queries every open task. */
    async sweep(): Promise<void> {
      const failures: unknown[] = [];
      for (const open of await kling.pending()) await finish(open).catch((error) => failures.push(error));
      if (failures.length > 0) throw new AggregateError(failures, `${failures.length} tasks could not be finished.`);
    },
  };
}

/** The task that has failed; undefined for one that goes on. */
function failedTask(error: unknown): AnyTask | undefined {
  if (error instanceof TaskFailedError) return error.task;
  if (error instanceof SubmitOutcomeUnknownError)
    console.error(error.message); // a person has to look
  else if (!(error instanceof WaitTimeoutError)) throw error;
  return undefined;
}
