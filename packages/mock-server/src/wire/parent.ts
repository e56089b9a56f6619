import { fieldOf } from "../engine/known-fields.js";
import { firstMakerOf } from "../engine/parents.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";

/** The task that made the beginning of the video which a video-extend continues; undefined for others, and where it is not known. */
export function originOf({ parts, account }: Exchange<"tasks">, name: string, body: Body): TaskRecord | undefined {
  return name === "videoExtend" ? firstMakerOf(parts.tasks, account.name, body) : undefined;
}

/** The model that a video-extend inherits: the one the first task named, else its operation's default; undefined where neither is known. */
export function inheritedModelOf(exchange: Exchange<"tasks">, name: string, body: Body): string | undefined {
  const origin = originOf(exchange, name, body);
  if (!origin) return undefined;
  const model = origin.request.model_name || fieldOf(origin.operation, "model_name")?.default;
  return typeof model === "string" ? model : undefined;
}
