import { taskEnd } from "@klingkit/spec/client";

/** Whether a status is a task's last. An unknown word is not: waiting goes on. */
export function isEnd(status: string): boolean {
  return taskEnd(status) !== undefined;
}

export function isSucceeded(status: string): boolean {
  return taskEnd(status) === "succeeded";
}

/** Whether the task ended without making anything; Kling charges nothing for one. */
export function isFailed(status: string): boolean {
  return taskEnd(status) === "failed";
}
