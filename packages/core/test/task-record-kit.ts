import type { TaskRecord, TaskState } from "@klingkit/core";

/** A record of one account, claimed at time 1. */
export function record(id: string, state: TaskState = "sending", more: Partial<TaskRecord> = {}): TaskRecord {
  const scope = { dialect: "kling", origin: "https://api.example.com", account: "" } as const;
  const times = { claimedAt: 1, until: 1, updatedAt: 1 };
  return { ...scope, family: "image2video", external_task_id: id, state, ...times, ...more };
}
