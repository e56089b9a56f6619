import { taskEnd } from "@klingkit/spec/client";

/** Whether a status is final. A word that klingkit does not know is not final: waiting goes on. */
export function isEnd(status: string): boolean {
  return taskEnd(status) !== undefined;
}

export function isSucceeded(status: string): boolean {
  return taskEnd(status) === "succeeded";
}

/** Whether the task has ended without a result. Kling does not charge such a task. */
export function isFailed(status: string): boolean {
  return taskEnd(status) === "failed";
}
