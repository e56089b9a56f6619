import { fieldOf } from "./known-fields.js";
import type { TaskRecord } from "./task-record.js";

type Asked = Pick<TaskRecord, "operation" | "request" | "seconds">;

/** Length of a result whose request does not say it, in seconds. */
export const usualSeconds = 5;

/** No result on record is longer, in seconds: an avatar's, which is as long as its sound. */
const longestSeconds = 300;

/**
 * How long the files of a task's result are, in seconds: as the video that it goes on from decides or its request says, else
 * five. Only fields that the operation has count, because the provider ignores all others.
 */
export function resultSeconds(task: Asked): number {
  if (task.operation === "tts") return speechSeconds(task);
  const seconds = Number(durationIn(task));
  return seconds > 0 && seconds <= longestSeconds ? seconds : usualSeconds;
}

/** The mode in which a task's video is made: the request's, else the operation's default. */
export function resultMode({ operation, request }: Asked): string {
  const settings = settingsOf(operation, request);
  const field = fieldOf(operation, "mode");
  const mode = field || settings !== request ? settings.mode : undefined;
  return typeof mode === "string" && mode !== "" ? mode : String(field?.default ?? "std");
}

/** The width of a generated result over its height, as the request or the operation's default says; 16:9 where neither does. */
export function resultRatio({ operation, request }: Asked): number {
  const field = fieldOf(operation, "aspect_ratio");
  const asked = field && (request.aspect_ratio || field.default);
  const [, width, height] = (typeof asked === "string" && /^([1-9]\d?):([1-9]\d?)$/.exec(asked)) || [];
  return width === undefined ? 16 / 9 : Number(width) / Number(height);
}

/** What the request says about watermarks; undefined where it says nothing, or its operation has no such field. */
export function watermarkOf({ operation, request }: Asked): { readonly enabled?: unknown } | undefined {
  const { watermark_info: info } = request;
  const isGiven = fieldOf(operation, "watermark_info") && typeof info === "object" && !Array.isArray(info);
  return isGiven && info ? info : undefined;
}

function durationIn({ operation, request, seconds }: Asked): unknown {
  if (seconds !== undefined) return seconds;
  if (operation === "effects") return settingsOf(operation, request).duration;
  return fieldOf(operation, "duration") && !editedVideo(request) ? request.duration : undefined;
}

/** The part of a request that holds its settings: `input` of effects and lip-sync. */
export function settingsOf(operation: string, request: TaskRecord["request"]): Readonly<Record<string, unknown>> {
  const { input } = request;
  const isNested = fieldOf(operation, "input") && typeof input === "object" && input !== null;
  return isNested ? (input as Readonly<Record<string, unknown>>) : request;
}

/** The video that the request edits (omni-video): the result is as long as that, and `duration` is ignored. */
export function editedVideo({ video_list: videos }: TaskRecord["request"]): TaskRecord["request"] | undefined {
  const [video] = Array.isArray(videos) ? videos : [];
  const isEdit = typeof video === "object" && video !== null && (video.refer_type || "base") === "base";
  return isEdit ? video : undefined;
}

/** About fifteen characters a second. */
function speechSeconds({ request }: Asked): number {
  return Math.max(1, String(request.text ?? "").length / 15);
}
