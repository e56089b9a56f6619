import type { Case } from "../cases.js";
import { exactlyOne, forbidden, ignored, missing, together } from "./words.js";

const noShots = ["", "false"];
const shots = { multi_shot: ["true"] };
const promptOfOneShot = missing("prompt", { multi_shot: noShots }, "a video of one shot is made from it");

export const videoCases: Readonly<Record<string, readonly Case[]>> = {
  "*": [
    missing(
      "shot_type",
      shots,
      "multi_shot needs to know whether you (customize) or the server (intelligence) divide the video",
    ),
    missing("multi_prompt", { ...shots, shot_type: ["customize"] }, "customize takes its one to six shots from there"),
    missing("prompt", { ...shots, shot_type: ["intelligence"] }, "intelligence divides it into shots"),
    ignored("multi_prompt", { multi_shot: noShots }, "without multi_shot only prompt counts"),
  ],
  text2video: [promptOfOneShot],
  image2video: [
    {
      rule: "frame-given",
      when: { image: [], image_tail: [] },
      field: "image",
      message: "image and image_tail can not be empty",
      advice: "Give image, image_tail or both: the video starts or ends with them.",
    },
    together("element_list", "voice_list", "the server takes elements or voices, not both"),
    forbidden(
      "voice_list",
      { sound: ["off", ""] },
      "voice_list requires sound 'on'",
      "Set sound to on, or leave voice_list out: voices are part of the sound.",
    ),
    { ...promptOfOneShot, open: "emptyPromptOnImage2video", silent: true },
    { ...ignored("aspect_ratio", {}, "the video has the picture's shape"), open: "aspectRatioOnImage2video" },
  ],
  omniVideo: [
    promptOfOneShot,
    ignored(
      "duration",
      { video_list: ["*"], "video_list.0.refer_type": ["", "base"] },
      "an edited video keeps its length",
    ),
  ],
  motionControl: [
    forbidden(
      "element_list",
      { character_orientation: ["image"] },
      "element_list is only supported with character_orientation 'video'",
      "Set character_orientation to video, or leave element_list out.",
    ),
  ],
  effects: exactlyOne("input.image", "input.images"),
  identifyFace: exactlyOne("video_id", "video_url"),
  initSelection: [
    ...exactlyOne("video_id", "video_url"),
    {
      ...missing("task_id", { video_id: ["*"] }, "the gateway takes a video_id only with the task that made it"),
      dialect: "cometapi",
    },
    {
      ...forbidden(
        "video_url",
        {},
        "video_url is not supported",
        "Use video_id with its task_id: the gateway's page asks for these, unverified.",
      ),
      dialect: "cometapi",
      warn: true,
    },
  ],
};
