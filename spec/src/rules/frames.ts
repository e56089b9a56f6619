import { type Rule, refuse } from "./rule.js";
import type { RequestView } from "./view.js";

/** At least one of the two frames (real text). */
export const someFrameGiven: Rule = (request) =>
  request.has("image") || request.has("image_tail")
    ? undefined
    : refuse("frame-given", "image", "image and image_tail can not be empty", "Give image, image_tail or both.");

/** End frame, motion brush and camera movement exclude each other. */
export const oneControlOnly: Rule = (request) => {
  const given = controls.filter(([, fields]) => fields.some((field) => request.has(field))).map(([name]) => name);
  if (given.length < 2) return undefined;
  const field = given[1] ?? "image_tail";
  const message = `${given.join(" and ")} can not be used together`;
  return refuse("one-control", field, message, `Keep one of ${given.join(", ")}.`);
};

const controls = [
  ["image_tail", ["image_tail"]],
  ["static_mask/dynamic_masks", ["static_mask", "dynamic_masks"]],
  ["camera_control", ["camera_control"]],
] as const;

export const endFrameFitsModel: Rule = (request) => {
  if (!request.has("image_tail")) return undefined;
  const feature = request.has("image") ? "startAndEndFrame" : "endFrameOnly";
  if (request.allows(feature)) return undefined;
  const what = request.has("image") ? "image_tail" : "image_tail without image";
  return notSupported(request, "end-frame", "image_tail", what);
};

export const motionBrushFitsModel: Rule = (request) => {
  const field = request.has("static_mask") ? "static_mask" : "dynamic_masks";
  if (!request.has(field) || request.allows("motionBrush")) return undefined;
  return notSupported(request, "motion-brush", field, field);
};

/** The text is real (2025-03) and is sent for every model. */
export const cameraControlFitsModel: Rule = (request) => {
  if (!request.has("camera_control")) return undefined;
  const control = request.get("camera_control") as { readonly type?: string };
  if (request.allows("cameraControl", control.type)) return undefined;
  const message = "camera_control is only supported in std mode with 5s duration and kling-v1";
  return refuse(
    "camera-control",
    "camera_control",
    message,
    `${setting(request)} does not take camera_control; leave it out.`,
  );
};

/** `simple` moves along exactly one axis; a preset takes no configuration. */
export const cameraConfigIsWhole: Rule = (request) => {
  const control = request.get("camera_control") as CameraControl | undefined;
  if (!control) return undefined;
  const moved = Object.values(control.config ?? {}).filter((value) => typeof value === "number" && value !== 0).length;
  const field = "camera_control.config";
  if (control.type !== "simple") {
    if (control.config === undefined || control.config === null) return undefined;
    return refuse(
      "camera-config",
      field,
      `${field} must be empty for type '${control.type}'`,
      `Leave config out with the preset ${control.type}.`,
    );
  }
  return moved === 1
    ? undefined
    : refuse(
        "camera-config",
        field,
        `${field} is invalid`,
        "Set exactly one of its six values to something other than 0.",
      );
};

interface CameraControl {
  readonly type: string;
  readonly config?: Readonly<Record<string, unknown>> | null;
}

/** "kling-v2-6 in mode std, 5 s". */
export function setting(request: RequestView): string {
  const mode = request.capability?.modes === "any" ? "" : ` in mode ${request.text("mode")}`;
  return `${request.model}${mode}, ${request.text("duration")} s`;
}

export function notSupported(request: RequestView, rule: string, field: string, what: string): ReturnType<Rule> {
  const message = `${field} is not supported by model ${request.model} with the given mode and duration`;
  return refuse(
    rule,
    field,
    message,
    `${setting(request)} does not take ${what}; choose another model, mode or duration, or leave it out.`,
  );
}
