import { requestFields } from "../../generated/fields.js";
import { notSupported } from "./frames.js";
import { type Rule, refuse, warn } from "./rule.js";

export const soundFitsModel: Rule = (request) => {
  if (request.text("sound") !== "on" || request.allows("sound")) return undefined;
  // Real text for kling-v2-6 with sound in mode std.
  if (request.model === "kling-v2-6") {
    return refuse(
      "sound",
      "mode",
      `mode value '${request.text("mode")}' is invalid`,
      "kling-v2-6 makes sound only in mode pro.",
    );
  }
  return notSupported(request, "sound", "sound", "sound");
};

export const voicesNeedSound: Rule = (request) => {
  if (!request.has("voice_list")) return undefined;
  if (request.text("sound") !== "on") {
    return refuse(
      "voices-need-sound",
      "voice_list",
      "voice_list requires sound 'on'",
      "Set sound to on, or leave voice_list out.",
    );
  }
  const known = request.capability?.features.voiceList !== undefined;
  return known && !request.allows("voiceList")
    ? notSupported(request, "voices", "voice_list", "voice_list")
    : undefined;
};

export const elementsExcludeVoices: Rule = (request) =>
  request.has("element_list") && request.has("voice_list")
    ? refuse(
        "elements-or-voices",
        "voice_list",
        "element_list and voice_list can not be used together",
        "Keep element_list or voice_list.",
      )
    : undefined;

export const elementsFitModel: Rule = (request) =>
  !request.has("element_list") || request.allows("multiShot")
    ? undefined
    : notSupported(request, "elements", "element_list", "element_list");

export const cfgScaleFitsModel: Rule = (request) =>
  request.get("cfg_scale") === undefined || request.allows("cfgScale")
    ? undefined
    : notSupported(request, "cfg-scale", "cfg_scale", "cfg_scale");

export const multiShotFitsModel: Rule = (request) => {
  if (request.get("multi_shot") !== true) return undefined;
  if (!request.allows("multiShot")) return notSupported(request, "multi-shot", "multi_shot", "multi_shot");
  if (request.has("image_tail")) {
    return refuse(
      "multi-shot",
      "image_tail",
      "image_tail is not supported with multi_shot",
      "Leave image_tail or multi_shot out.",
    );
  }
  if (!request.has("shot_type")) {
    return refuse(
      "multi-shot",
      "shot_type",
      "shot_type can not be empty",
      "Give shot_type: customize or intelligence.",
    );
  }
  if (request.text("shot_type") === "intelligence" && !request.has("prompt")) {
    return refuse(
      "multi-shot",
      "prompt",
      "prompt can not be empty",
      "Give a prompt; shot_type intelligence divides it into shots.",
    );
  }
  return undefined;
};

/** The shots of `customize` fill the video exactly. */
export const shotsFillTheVideo: Rule = (request) => {
  if (request.get("multi_shot") !== true || request.text("shot_type") !== "customize") return undefined;
  const shots = request.list("multi_prompt");
  if (shots.length === 0) {
    return refuse("shots", "multi_prompt", "multi_prompt can not be empty", "Give one to six shots in multi_prompt.");
  }
  const sum = shots.reduce((total, shot) => total + Number(shot.duration), 0);
  const duration = request.text("duration");
  if (sum === Number(duration)) return undefined;
  const message = "the sum of multi_prompt durations must equal duration";
  return refuse(
    "shots",
    "multi_prompt",
    message,
    `The shots add up to ${sum} s and duration is ${duration} s; make them equal.`,
  );
};

/** The gateway's page states shorter limits than Kling's; they are probably stale, so a warning. */
export const promptsFitGateway: Rule = (request) => {
  if (request.options.dialect !== "cometapi") return undefined;
  for (const { name, gatewayMaxLength } of requestFields[request.family] ?? []) {
    if (gatewayMaxLength === undefined || request.text(name).length <= gatewayMaxLength) continue;
    const message = `${name} length exceeds ${gatewayMaxLength}`;
    return warn(
      "gateway-length",
      name,
      message,
      `The gateway's page says at most ${gatewayMaxLength} characters of ${name}; unverified.`,
    );
  }
  return undefined;
};
