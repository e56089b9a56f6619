import { expect, it } from "vitest";
import type { RuleOptions } from "../src/rules/index.js";
import { type Body, film, picture, refusals, warnings } from "./rules-helpers.js";

const v3 = { model_name: "kling-v3", image: picture, prompt: "a" };
const moved = [
  {
    mask: picture,
    trajectories: [
      { x: 1, y: 1 },
      { x: 2, y: 2 },
    ],
  },
];
const omni = { model_name: "kling-v3-omni", prompt: "a" };
const gateway = { dialect: "cometapi" } as const;
/** After everything that was ever discontinued. */
const today = { at: undefined } as object;

const rows: readonly (readonly [string, Body, Partial<RuleOptions>, message: string, advice: string])[] = [
  [
    "image2video",
    { model_name: "kling-v1", image: picture, mode: "4k" },
    {},
    "refuse mode: mode value '4k' is invalid, allowed values: std, pro",
    "kling-v1 takes mode std or pro; choose one of these.",
  ],
  [
    "image2video",
    { model_name: "kling-v2-6", image: picture, duration: "7" },
    {},
    "warn duration: duration value '7' is invalid, allowed values: 5, 10",
    "kling-v2-6 makes videos of 5 or 10 seconds; choose one of these. Whether the server refuses it is unverified.",
  ],
  [
    "image2video",
    { model_name: "kling-v9", image: picture },
    {},
    "warn model_name: model_name value 'kling-v9' is invalid",
    "kling-v9 is not a model of image2video; use kling-v2-5-turbo, kling-v2-6 or kling-v3.",
  ],
  [
    "image2video",
    { model_name: "kling-v2.1", image: picture },
    {},
    "refuse model_name: model_name value 'kling-v2.1' is invalid",
    "There is no kling-v2.1; use kling-v2-1.",
  ],
  [
    "image2video",
    { ...v3, camera_control: { type: "simple", config: { horizontal: 1 } } },
    {},
    "refuse camera_control: camera_control is only supported in std mode with 5s duration and kling-v1",
    "kling-v3 does not take camera_control this way; leave it out.",
  ],
  [
    "image2video",
    {
      model_name: "kling-v1",
      image: picture,
      dynamic_masks: moved,
      camera_control: { type: "down_back" },
    },
    {},
    "refuse camera_control: static_mask/dynamic_masks and camera_control can not be used together",
    "Keep one of static_mask/dynamic_masks, camera_control: each steers the movement by itself.",
  ],
  [
    "image2video",
    { model_name: "kling-v1-5", image: picture, image_tail: picture, dynamic_masks: moved },
    {},
    "refuse dynamic_masks: image_tail and static_mask/dynamic_masks can not be used together",
    "Keep one of image_tail, static_mask/dynamic_masks: each steers the movement by itself.",
  ],
  [
    "image2video",
    { model_name: "kling-v2-6", image: picture, image_tail: picture, mode: "std" },
    {},
    "refuse image_tail: image_tail is not supported by model kling-v2-6 with the given parameters",
    "On kling-v2-6 image_tail needs mode pro, sound off; change that or leave image_tail out.",
  ],
  [
    "multiImage2video",
    { prompt: "a", image_list: [{ image: picture }] },
    gateway,
    "warn image_list: image_list size is less than 2",
    "Give at least 2 in image_list, not 1: the gateway's page says so, unverified.",
  ],
  [
    "omniVideo",
    {
      ...omni,
      aspect_ratio: "16:9",
      image_list: Array.from({ length: 5 }, () => ({ image_url: picture })),
      element_list: Array.from({ length: 3 }, (_, index) => ({ element_id: String(index + 1) })),
    },
    {},
    "refuse image_list: image_list and element_list size exceeds 7",
    "Give at most 7 in image_list and element_list, not 8: that is the limit without a video.",
  ],
  [
    "text2video",
    { prompt: "a".repeat(501) },
    gateway,
    "warn prompt: prompt length exceeds 500",
    "Shorten prompt to 500 characters to be safe: the gateway's page says so, unverified.",
  ],
  [
    "text2video",
    { model_name: "kling-v1", prompt: "a" },
    today,
    "refuse model_name: The model 'kling-v1' has been discontinued and is no longer available.",
    "kling-v1 was discontinued on 2026-09-15; use kling-v2-5-turbo, kling-v2-6 or kling-v3.",
  ],
  [
    "text2video",
    { prompt: "a" },
    { ...today, ...gateway },
    "warn model_name: The model 'kling-v1' has been discontinued and is no longer available.",
    "kling-v1 was discontinued on 2026-09-15; use kling-v2-5-turbo, kling-v2-6 or kling-v3. Whether the server refuses it is unverified.",
  ],
  [
    "multiImage2video",
    { prompt: "a", image_list: [{ image: picture }, { image: picture }] },
    today,
    "refuse model_name: This API is no longer available",
    "multiImage2video was discontinued on 2026-09-15; no model of it is left.",
  ],
  [
    "videoExtend",
    { video_id: "1" },
    { parentModel: "kling-v3" },
    "refuse video_id: video_id is not supported",
    "Videos of kling-v3 can not be continued; the video must come from kling-v1, kling-v1-5 or kling-v1-6.",
  ],
  [
    "expand",
    {
      image: picture,
      up_expansion_ratio: 2,
      down_expansion_ratio: 2,
      left_expansion_ratio: 0,
      right_expansion_ratio: 0,
    },
    {},
    "refuse up_expansion_ratio: the expanded area exceeds 3 times the original image",
    "Make the ratios smaller: the picture would grow 5.00 times, and 3 times is the limit.",
  ],
  [
    "effects",
    { effect_scene: "no_such", input: { image: picture, duration: "5" } },
    {},
    "warn effect_scene: effect_scene value 'no_such' is invalid",
    "Choose an effect scene that is on record. Whether the server refuses it is unverified.",
  ],
  [
    "effects",
    { effect_scene: "hug", input: { image: picture, duration: "5", model_name: "kling-v1-6", mode: "std" } },
    {},
    "refuse input.images: input.images can not be empty",
    "Give input.images: hug takes two pictures.",
  ],
  [
    "omniVideo",
    { ...omni, video_list: [{ video_url: film }], image_list: [{ image_url: picture, type: "first_frame" }] },
    {},
    "refuse image_list: first_frame and end_frame are not supported with a base video",
    "Leave the type of the pictures out: an edited video keeps its frames.",
  ],
  [
    "tts",
    { text: "a", voice_id: "oversea_male1", voice_language: "zh" },
    {},
    "refuse voice_id: Voice id not found",
    "Set voice_language to en: that is what oversea_male1 speaks.",
  ],
];

it.each(rows)(
  "%s, %j (%j) is told in words that name what is wrong and what to do",
  (operation, body, options, ...words) => {
    const found = [...refusals(operation, body, options), ...warnings(operation, body, options)];
    expect(
      found.map(({ severity, field, message, advice }) => [`${severity} ${field}: ${message}`, advice]),
    ).toContainEqual(words);
  },
);
