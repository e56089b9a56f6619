import { doubtful, orList, type Rule, refuse } from "./rule.js";
import type { RequestView } from "./view.js";

/** `first_frame`, `end_frame` or "" for each picture of omni-video. */
function frameTypes(request: RequestView): readonly string[] {
  return request.items("image_list").map((picture) => request.text(`${picture}.type`));
}

function hasBaseVideo(request: RequestView): boolean {
  return request.matches({ video_list: ["*"], "video_list.0.refer_type": ["", "base"] });
}

export const framesFit: Rule = (request) => {
  const types = frameTypes(request);
  const frames = types.filter((type) => type !== "");
  if (frames.length === 0) return undefined;
  const most = request.capability?.mostImagesWithFrames ?? Number.POSITIVE_INFINITY;
  if (hasBaseVideo(request)) {
    return refuse(
      "frames",
      "image_list",
      "first_frame and end_frame are not supported with a base video",
      "Leave the type of the pictures out: an edited video keeps its frames.",
    );
  }
  if (!frames.includes("first_frame")) {
    return refuse(
      "frames",
      "image_list",
      "end_frame requires first_frame",
      "Make one picture the first_frame: an end frame alone is not taken.",
    );
  }
  if (types.length <= most) return undefined;
  const advice = `Leave the type of the pictures out, or give at most ${most}: with more ${request.model} takes no frames.`;
  return refuse(
    "frames",
    "image_list",
    `first_frame and end_frame are not supported with more than ${most} images`,
    advice,
  );
};

/** Text or a first frame alone leaves less choice (real text, kling-video-o1). */
export const durationFitsReferences: Rule = (request) => {
  const { withoutReference } = request.capability ?? {};
  const duration = request.text("duration");
  if (!withoutReference || withoutReference.durations.includes(duration)) return undefined;
  const onlyFirstFrame = frameTypes(request).every((type) => type === "first_frame");
  if (request.has("video_list") || request.has("element_list") || !onlyFirstFrame) return undefined;
  const choice = orList(withoutReference.durations);
  const message = `Duration only supports ${choice} seconds when no refer_image is provided`;
  const advice = `Choose ${choice} seconds, or give pictures, elements or a video to refer to.`;
  const finding = refuse("duration-without-reference", "duration", message, advice);
  const { open } = withoutReference;
  return open !== undefined && request.isAccepted(open) ? doubtful(finding) : finding;
};

/** Kling wants the shape unless a first frame or a base video has one; the gateway's page knows a default. */
export const shapeIsGiven: Rule = (request) => {
  if (request.options.dialect !== "kling" || request.has("aspect_ratio")) return undefined;
  if (hasBaseVideo(request) || frameTypes(request).includes("first_frame")) return undefined;
  return refuse(
    "shape",
    "aspect_ratio",
    "aspect_ratio can not be empty",
    "Give aspect_ratio: there is no first frame and no base video to take it from.",
  );
};
