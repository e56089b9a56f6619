import { requestFields } from "@klingkit/spec";
import { taskOfResult } from "../engine/result-items.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";

/** The task whose video a video-extend continues, if the account has one of this id. */
export function parentOf(
  { parts, account }: Exchange<"tasks">,
  name: string,
  { video_id, task_id }: Body,
): TaskRecord | undefined {
  if (name !== "videoExtend") return undefined;
  const parent =
    typeof task_id === "string" && task_id !== ""
      ? parts.tasks.byId(task_id)
      : taskOfResult(String(video_id ?? ""), parts.tasks);
  return parent?.account === account.name ? parent : undefined;
}

/** The model that made the continued video: the one its task named, else its operation's default; undefined where neither is known. */
export function parentModelOf(exchange: Exchange<"tasks">, name: string, body: Body): string | undefined {
  const parent = parentOf(exchange, name, body);
  if (!parent) return undefined;
  const field = requestFields[parent.operation]?.find((candidate) => candidate.name === "model_name");
  const model = parent.request.model_name || field?.default;
  return typeof model === "string" ? model : undefined;
}
