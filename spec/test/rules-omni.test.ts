import { describeRules, film, picture } from "./rules-helpers.js";

const shot = (prompt: string, duration: string, index = 1) => ({ index, prompt, duration });
const omni = { model_name: "kling-v3-omni", prompt: "a", aspect_ratio: "16:9" };
const pictures = (count: number) => Array.from({ length: count }, () => ({ image_url: picture }));
const elements = (count: number) => Array.from({ length: count }, (_, index) => ({ element_id: String(index + 1) }));

describeRules("omni-video", [
  { operation: "omniVideo", rule: "missing", accepted: omni, change: { prompt: "" }, field: "prompt" },
  {
    operation: "omniVideo",
    rule: "count",
    accepted: { ...omni, image_list: pictures(4), element_list: elements(3) },
    change: { element_list: elements(4) },
    field: "image_list",
  },
  {
    operation: "omniVideo",
    rule: "count",
    accepted: { ...omni, image_list: pictures(2), element_list: elements(2), video_list: [{ video_url: film }] },
    change: { element_list: elements(3) },
    field: "image_list",
  },
  {
    operation: "omniVideo",
    rule: "frames",
    accepted: {
      ...omni,
      image_list: [
        { image_url: picture, type: "first_frame" },
        { image_url: picture, type: "end_frame" },
      ],
    },
    change: { image_list: [{ image_url: picture, type: "end_frame" }] },
    field: "image_list",
    message: "end_frame requires first_frame",
  },
  {
    operation: "omniVideo",
    rule: "frames",
    accepted: {
      ...omni,
      image_list: [{ image_url: picture, type: "first_frame" }],
      video_list: [{ video_url: film, refer_type: "feature" }],
    },
    change: { video_list: [{ video_url: film }] },
    field: "image_list",
  },
  {
    operation: "omniVideo",
    rule: "frames",
    accepted: { ...omni, model_name: "kling-video-o1", image_list: pictures(3) },
    change: { image_list: [{ image_url: picture, type: "first_frame" }, ...pictures(2)] },
    field: "image_list",
  },
  {
    operation: "omniVideo",
    rule: "sound",
    accepted: { ...omni, sound: "on" },
    change: { video_list: [{ video_url: film }] },
    field: "sound",
  },
  {
    operation: "omniVideo",
    rule: "shape",
    accepted: { ...omni, aspect_ratio: "", image_list: [{ image_url: picture, type: "first_frame" }] },
    change: { image_list: pictures(1) },
    field: "aspect_ratio",
  },
  {
    operation: "omniVideo",
    rule: "shots",
    accepted: {
      ...omni,
      prompt: "",
      multi_shot: true,
      shot_type: "customize",
      duration: "5",
      multi_prompt: [shot("a", "5")],
    },
    change: { multi_prompt: [shot("a", "6")] },
    field: "multi_prompt",
  },
]);
