import { isEnd } from "../tasks/status.js";

/** What the memory needs to know of a callback to find repeats and old ones. */
export interface SeenCallback {
  /** The task: the same for every callback about it. */
  readonly task: string;
  readonly status: string;
  /** The task's `updated_at`, Unix milliseconds; 0 where the callback does not say. */
  readonly updatedAt: number;
}

/**
 * Remembers which callbacks have been reported. If several processes receive callbacks, pass your own, on a shared
 * store.
 */
export interface CallbackMemory {
  /**
   * Claims the callback if it is new: not a repeat, not older than an earlier one (an end never is), not after the task's
   * end. If the same callback is claimed twice, at most one claim may return true.
   */
  claim(callback: SeenCallback): boolean | Promise<boolean>;
  /** Releases a claimed callback that could not be reported, so that a repeat counts as new. */
  release(callback: SeenCallback): void | Promise<void>;
}

interface Mark {
  readonly updatedAt: number;
  readonly stage: number;
}

/**
 * Makes a memory inside this process.
 * @param maxTasks how many tasks are remembered; the least recently reported are forgotten first. Default 10 000
 */
export function createCallbackMemory(maxTasks = 10_000): CallbackMemory {
  const marks = new Map<string, Mark>();
  return {
    claim({ task, status, updatedAt }) {
      const mark = { updatedAt, stage: stageOf(status) };
      const known = marks.get(task);
      if (known && !isNews(mark, known)) return false;
      remember(marks, task, mark);
      for (const [oldest] of marks) {
        if (marks.size <= maxTasks) break;
        marks.delete(oldest);
      }
      return true;
    },
    release({ task, status, updatedAt }) {
      const stage = stageOf(status);
      const known = marks.get(task);
      // Older callbacks stay old news; only this one counts again.
      if (known?.updatedAt === updatedAt && known.stage === stage) marks.set(task, { updatedAt, stage: stage - 1 });
    },
  };
}

/** Statuses of one moment in their order: submitted, running (whatever its word), ended. */
function stageOf(status: string): number {
  if (isEnd(status)) return 2;
  return status === "submitted" ? 0 : 1;
}

/** An end is never old: nothing comes after it. One with an earlier time follows a callback that is forged, or of another clock. */
function isNews(mark: Mark, known: Mark): boolean {
  if (known.stage === 2 || mark.stage === 2) return known.stage < 2;
  return mark.updatedAt > known.updatedAt || (mark.updatedAt === known.updatedAt && mark.stage > known.stage);
}

/** The task that was reported last stands at the end: the first ones are forgotten first. */
function remember(marks: Map<string, Mark>, task: string, mark: Mark): void {
  marks.delete(task);
  marks.set(task, mark);
}
