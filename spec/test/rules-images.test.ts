import { describe, expect, it } from "vitest";
import { describeRules, picture, refusals } from "./rules-helpers.js";

const elements = (count: number) => Array.from({ length: count }, (_, index) => ({ element_id: String(index + 1) }));
const element = { element_name: "a", element_description: "b", reference_type: "image_refer" };
const looks = { element_image_list: { frontal_image: picture, refer_images: [{ image_url: picture }] } };
const ratios = {
  up_expansion_ratio: 0.1495,
  down_expansion_ratio: 0.1495,
  left_expansion_ratio: 0.6547,
  right_expansion_ratio: 0.6547,
};

describeRules("pictures and elements", [
  {
    operation: "imageGenerations",
    rule: "together",
    accepted: { prompt: "a", negative_prompt: "b", image: "" },
    change: { image: picture },
    field: "negative_prompt",
  },
  {
    operation: "imageGenerations",
    rule: "count",
    accepted: { prompt: "a", image: picture, element_list: elements(9) },
    change: { element_list: elements(10) },
    field: "image",
  },
  {
    operation: "imageGenerations",
    rule: "image-fidelity",
    accepted: { prompt: "a", model_name: "kling-v2-1", image: picture, image_fidelity: 0.5 },
    change: { model_name: "kling-v3" },
    field: "image_fidelity",
  },
  {
    operation: "imageGenerations",
    rule: "human-fidelity",
    accepted: { prompt: "a", model_name: "kling-v2-1", image: picture, human_fidelity: 0.5 },
    change: { model_name: "kling-v3" },
    field: "human_fidelity",
  },
  {
    operation: "imageGenerations",
    rule: "value-of-model",
    accepted: { prompt: "a", model_name: "kling-v3", aspect_ratio: "21:9" },
    change: { model_name: "kling-v1" },
    field: "aspect_ratio",
  },
  {
    operation: "omniImage",
    rule: "count",
    accepted: { prompt: "a", image_list: Array(5).fill({ image: picture }), element_list: elements(5) },
    change: { element_list: elements(6) },
    field: "image_list",
  },
  {
    operation: "omniImage",
    rule: "value-of-model",
    accepted: { prompt: "a", model_name: "kling-v3-omni", resolution: "4k" },
    change: { model_name: "kling-image-o1" },
    field: "resolution",
  },
  {
    operation: "multiImage2image",
    rule: "together",
    accepted: { subject_image_list: [{ subject_image: picture }], scene_image: picture },
    change: { scence_image: picture },
    field: "scence_image",
  },
  {
    operation: "multiImage2image",
    rule: "model-of-family",
    accepted: { subject_image_list: [{ subject_image: picture }], model_name: "kling-v2-1" },
    change: { model_name: "kling-v3" },
    field: "model_name",
  },
  {
    operation: "expand",
    rule: "expansion",
    accepted: { image: picture, ...ratios },
    change: { up_expansion_ratio: 0.2 },
    field: "up_expansion_ratio",
  },
  {
    operation: "expand",
    rule: "expansion",
    accepted: {
      image: picture,
      up_expansion_ratio: 0.5,
      down_expansion_ratio: 0.5,
      left_expansion_ratio: 0.25,
      right_expansion_ratio: 0.25,
    },
    change: { left_expansion_ratio: 0.26 },
    field: "up_expansion_ratio",
  },
  {
    operation: "kolorsVirtualTryOn",
    rule: "model-of-family",
    accepted: { human_image: picture, cloth_image: picture, model_name: "kolors-virtual-try-on-v1-5" },
    change: { model_name: "kling-v3" },
    field: "model_name",
  },
  {
    operation: "advancedCustomElements",
    rule: "missing",
    accepted: { ...element, ...looks },
    change: { element_image_list: "" },
    field: "element_image_list",
  },
  {
    operation: "advancedCustomElements",
    rule: "missing",
    accepted: { ...element, ...looks },
    change: { reference_type: "video_refer" },
    field: "element_video_list",
  },
]);

describe("what was once forbidden", () => {
  it("is a voice on an element from pictures", () => {
    expect(refusals("advancedCustomElements", { ...element, ...looks, element_voice_id: "1" })).toEqual([]);
  });

  it("is an end frame in a video of several shots", () => {
    const body = { model_name: "kling-v3", image: picture, image_tail: picture, multi_shot: true, prompt: "a" };
    expect(refusals("image2video", { ...body, shot_type: "intelligence" })).toEqual([]);
  });
});
