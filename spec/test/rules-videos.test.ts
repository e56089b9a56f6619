import { describeRules, film, picture } from "./rules-helpers.js";

const gateway = { dialect: "cometapi" } as const;
const elements = (count: number) => Array.from({ length: count }, (_, index) => ({ element_id: String(index + 1) }));
const edit = { session_id: "1", edit_mode: "addition", prompt: "a", image_list: [{ image: picture }] };

describeRules("other videos", [
  {
    family: "motionControl",
    rule: "only-with",
    accepted: {
      image_url: picture,
      video_url: film,
      mode: "std",
      character_orientation: "video",
      element_list: elements(1),
    },
    change: { character_orientation: "image" },
    field: "element_list",
  },
  {
    family: "effects",
    rule: "one-of",
    accepted: { effect_scene: "squish", input: { image: picture } },
    change: { input: { mode: "std" } },
    field: "input.image",
  },
  {
    family: "effects",
    rule: "one-of",
    accepted: { effect_scene: "new_one", input: { image: picture } },
    change: { input: { image: picture, images: [picture, picture] } },
    field: "input.images",
  },
  {
    family: "effects",
    rule: "scene",
    accepted: { effect_scene: "hug", input: { images: [picture, picture] } },
    change: { input: { image: picture } },
    field: "input.images",
  },
  {
    family: "effects",
    rule: "scene",
    accepted: { effect_scene: "pet_lion", input: { image: picture } },
    change: { input: { images: [picture, picture] } },
    field: "input.image",
  },
  {
    family: "effects",
    rule: "model-of-family",
    accepted: { effect_scene: "hug", input: { images: [picture, picture], model_name: "kling-v1-6" } },
    change: { input: { images: [picture, picture], model_name: "kling-v3" } },
    field: "input.model_name",
  },
  {
    family: "effects",
    rule: "required",
    accepted: { effect_scene: "squish", input: { image: picture, duration: "5" } },
    change: { input: { image: picture } },
    field: "input.duration",
    options: gateway,
  },
  {
    family: "videoExtend",
    rule: "negative-prompt",
    accepted: { video_id: "1", negative_prompt: "" },
    change: { negative_prompt: "b" },
    field: "negative_prompt",
    options: { parentModel: "kling-v1" },
  },
  {
    family: "videoExtend",
    rule: "cfg-scale",
    accepted: { video_id: "1" },
    change: { cfg_scale: 0.5 },
    field: "cfg_scale",
    options: { parentModel: "kling-v1" },
  },
  {
    family: "videoExtend",
    rule: "required",
    accepted: { task_id: "2", video_id: "1" },
    change: { task_id: "" },
    field: "task_id",
    options: gateway,
  },
  {
    family: "initSelection",
    rule: "one-of",
    accepted: { video_id: "", video_url: film },
    change: { video_id: "1" },
    field: "video_url",
  },
  { family: "initSelection", rule: "one-of", accepted: { video_id: "1" }, change: { video_id: "" }, field: "video_id" },
  {
    family: "initSelection",
    rule: "missing",
    accepted: { video_id: "1", task_id: "2" },
    change: { task_id: "" },
    field: "task_id",
    options: gateway,
  },
  { family: "multiElements", rule: "count", accepted: edit, change: { image_list: [] }, field: "image_list" },
  {
    family: "multiElements",
    rule: "count",
    accepted: { ...edit, image_list: [{ image: picture }, { image: picture }] },
    change: { edit_mode: "swap" },
    field: "image_list",
  },
  {
    family: "multiElements",
    rule: "count",
    accepted: { ...edit, edit_mode: "swap" },
    change: { edit_mode: "removal" },
    field: "image_list",
  },
]);
