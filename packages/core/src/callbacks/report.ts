import { callQuietly } from "@klingkit/spec/web";
import { contextIn } from "../client-context.js";
import { plainText } from "../lib/plain-text.js";
import { handleOf } from "../tasks/handle.js";
import { isEnd } from "../tasks/status.js";
import type { AnyTask } from "../tasks/task.js";
import { confirmEnd } from "./confirm.js";
import type { CallbackHandlerOptions } from "./handler-options.js";
import type { ConcurrencyLimit } from "./limit-concurrency.js";
import type { CallbackMemory, SeenCallback } from "./memory.js";

/** What a handler keeps between callbacks. */
export interface HandlerState {
  readonly seen: CallbackMemory;
  /** Limits the queries that many callbacks at once start. */
  readonly inTurn: ConcurrencyLimit;
}

/**
 * Reports a callback if it is new; an end only after the provider has confirmed it. If it can't be reported, it is
 * released, so that a repeat counts as new. Never rejects.
 */
export async function report(options: CallbackHandlerOptions, state: HandlerState, claimed: AnyTask): Promise<void> {
  const callback = seenAs(claimed);
  const { seen } = state;
  try {
    if (!(await seen.claim(callback))) return tell(options, claimed, "stale");
    await handOver(options, state, claimed).catch(async (error) => {
      try {
        await seen.release(callback);
      } catch {
        // What failed first is reported.
      }
      throw error;
    });
    tell(options, claimed, "reported");
  } catch (error) {
    tell(options, claimed, "failed");
    callQuietly(options.onError, error, claimed);
  }
}

/** Tells the client's observer. */
function tell(
  { client }: CallbackHandlerOptions,
  { family, task_id, task_status }: AnyTask,
  outcome: "reported" | "stale" | "failed",
): void {
  contextIn(client)?.emit({ type: "callback", family, taskId: task_id, status: plainText(task_status, 100), outcome });
}

async function handOver(
  { client, onTask }: CallbackHandlerOptions,
  { inTurn }: HandlerState,
  claimed: AnyTask,
): Promise<void> {
  const confirmed = client !== undefined && isEnd(claimed.task_status);
  const task = confirmed ? await inTurn(() => confirmEnd(client, claimed)) : claimed;
  await onTask(task, { handle: { ...handleOf(task.family, task), task_id: task.task_id }, confirmed });
}

/** The caller's own id stands for the task where there is one: the other may be an upstream's. */
function seenAs({ family, task_id, external_task_id, task_status, updated_at }: AnyTask): SeenCallback {
  return {
    task: `${family}/${external_task_id ?? task_id}`,
    status: task_status,
    updatedAt: typeof updated_at === "number" ? updated_at : 0,
  };
}
