import { type Price, priceRequest } from "@klingkit/spec/pricing";
import { durationSeconds } from "../engine/assets.js";
import { autoSeries, taskOfResult } from "../engine/result-items.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";

/** What a request costs. What it does not say itself is as the simulator will answer it: length, pictures, the parent's mode. */
export function priceOf(exchange: Exchange<"tasks">, name: string, body: Body): Price {
  const parent = parentOf(exchange, name, body);
  return priceRequest(name, body, {
    seconds: durationSeconds({ request: body }),
    ...(body.series_amount === "auto" ? { images: autoSeries } : {}),
    ...(parent ? { parentMode: String(parent.request.mode ?? "std") } : {}),
  });
}

/** The task whose video is continued, if the account has one of this id. */
function parentOf(
  { parts, account }: Exchange<"tasks">,
  name: string,
  { video_id, task_id }: Body,
): TaskRecord | undefined {
  if (name !== "videoExtend") return undefined;
  const parent =
    typeof task_id === "string" && task_id !== ""
      ? parts.tasks.byId(task_id)
      : taskOfResult(String(video_id ?? ""), parts.tasks.newestFirst());
  return parent?.account === account.name ? parent : undefined;
}
