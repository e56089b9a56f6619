import { type AnswerProfile, profiles } from "@klingkit/spec";
import type { TaskState } from "../engine/lifecycle.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Envelopes } from "./envelope.js";

/** A callback is worded alike in both dialects; only the set of fields differs. */
const profile: AnswerProfile = {
  message: "",
  requestId: "absent",
  statusMessage: "empty",
  emptyExternalTaskId: "absent",
  runningResult: "empty",
  deductions: "units-and-balance",
};

/** Of a result's fields a callback leaves out those that Kling's own answers leave out, and addresses with a watermark. */
function profileOf({ operation }: TaskRecord): AnswerProfile {
  const { omits = [] } = profiles[operation]?.answers.get?.kling ?? {};
  return { ...profile, omits: [...omits, "watermark_url"] };
}

/** The fields that the edition of 2024 has, with the result. */
const fieldsOf2024 = new Set(["task_id", "task_status", "task_status_msg", "created_at", "updated_at", "task_result"]);

/** The task, flat: no code, message, request_id or data around it; of the results only videos and pictures. */
export function callbackBody(
  envelopes: Envelopes,
  task: TaskRecord,
  { state, origin, fields }: { readonly state: TaskState; readonly origin: string; readonly fields: "full" | "2024" },
): Record<string, unknown> {
  const { watermark_info: _, task_result, ...rest } = envelopes.task(task, profileOf(task), state, origin);
  const { videos, images } = task_result as { readonly videos?: unknown; readonly images?: unknown };
  const whole = { ...rest, task_result: { ...(videos ? { videos } : {}), ...(images ? { images } : {}) } };
  if (fields === "full") return whole;
  return Object.fromEntries(Object.entries(whole).filter(([name]) => fieldsOf2024.has(name)));
}
