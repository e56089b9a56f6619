import { describe, expect, it } from "vitest";
import { checkRules } from "../src/rules/index.js";
import { type Body, film, picture, refusals, ruleRefusals, warnings } from "./rules-helpers.js";

const gateway = { dialect: "cometapi" } as const;
const v3 = { model_name: "kling-v3", prompt: "a" };

/** The rules that speak, in the order they do. */
const rulesOf = (found: readonly { readonly rule: string }[]) => found.map(({ rule }) => rule);

describe("the gateway's shorter prompts", () => {
  it.each([
    [500, gateway, []],
    [501, gateway, ["gateway-length"]],
    [501, {}, []],
  ])("of %i characters with %j: %j", (length, options, rules) => {
    expect(rulesOf(warnings("text2video", { ...v3, prompt: "a".repeat(length) }, options))).toEqual(rules);
  });
});

describe("a number that the server moves into its range", () => {
  const tts = { text: "a", voice_id: "x", voice_language: "zh" };

  it.each([
    [0.8, []],
    [2, []],
    [0.79, ["clamped"]],
    [2.01, ["clamped"]],
  ])("is told where it is outside: %d", (voice_speed, rules) => {
    expect(rulesOf(warnings("tts", { ...tts, voice_speed }))).toEqual(rules);
  });
});

describe("the address of a video", () => {
  const moved = { image_url: picture, mode: "std", character_orientation: "video" };

  it.each([
    [film, []],
    ["http://example.com/a.mp4", []],
    ["HTTPS://EXAMPLE.COM/a.mp4", []],
    ["see https://example.com/a.mp4", ["video-address"]],
    ["ftp://example.com/a.mp4", ["video-address"]],
    ["AAAA", ["video-address"]],
  ])("is of the web: %s", (video_url, rules) => {
    expect(rulesOf(ruleRefusals("motionControl", { ...moved, video_url }))).toEqual(rules);
    const nested = ruleRefusals("lipSync", { input: { mode: "text2video", video_url } });
    expect(rulesOf(nested.filter(({ field }) => field === "input.video_url"))).toEqual(rules);
  });
});

describe("the old field model", () => {
  it("is told by its name, where a model can be chosen", () => {
    const found = warnings("text2video", { ...v3, model: "kling-v3" });
    expect(found).toMatchObject([{ rule: "misnamed", field: "model" }]);
    expect(warnings("avatar", { image: picture, audio_id: "1", model: "kling-v3" })).toEqual([]);
  });
});

describe("an advice", () => {
  it.each<[operation: string, body: Body, options: object, advice: string]>([
    [
      "image2video",
      { model_name: "kling-v2-6", image: picture, element_list: [{ element_id: "1" }] },
      {},
      "kling-v2-6 does not take element_list this way; leave it out or use kling-v3.",
    ],
    [
      "omniVideo",
      { ...v3, model_name: "kling-v3-omni", aspect_ratio: "1:1", sound: "on", video_list: [{ video_url: film }] },
      {},
      "On kling-v3-omni sound needs no video_list; change that or leave sound out.",
    ],
    [
      "image2video",
      { model_name: "kling-v2-1", image: picture, image_tail: picture, mode: "std" },
      {},
      "On kling-v2-1 image_tail needs mode pro, duration 5 or 10; change that or leave image_tail out.",
    ],
    [
      "effects",
      { effect_scene: "squish", input: { image: picture } },
      gateway,
      "Give input.duration: effects needs it on cometapi.",
    ],
    ["imageRecognize", {}, {}, "Give image: imageRecognize needs it."],
    ["effects", { effect_scene: "hug", input: { image: picture } }, {}, "Give input.images: hug takes two pictures."],
    [
      "effects",
      { effect_scene: "pet_lion", input: { images: [picture, picture] } },
      {},
      "Give input.image: pet_lion takes one picture.",
    ],
    [
      "kolorsVirtualTryOn",
      { human_image: picture, cloth_image: picture, model_name: "kling-v3" },
      {},
      "kling-v3 is not a model of kolorsVirtualTryOn; use kolors-virtual-try-on-v1 or kolors-virtual-try-on-v1-5.",
    ],
  ])("of %s for %j", (operation, body, options, advice) => {
    const found = checkRules(operation, body, { dialect: "kling", at: Date.UTC(2025, 10, 28), ...options });
    expect(found.map((finding) => finding.advice)).toEqual([advice]);
  });
});

describe("what is relaxed for one dialect", () => {
  it("is a text video's prompt on kling, where shots can stand for it", () => {
    const shots = {
      ...{ model_name: "kling-v3", multi_shot: true, shot_type: "customize", duration: "5" },
      multi_prompt: [{ index: 1, prompt: "a", duration: "5" }],
    };
    expect(refusals("text2video", shots)).toEqual([]);
    expect(refusals("text2video", shots, gateway)).toMatchObject([{ field: "prompt" }]);
  });
});

describe("a picture that grows", () => {
  it("grows exactly three times, at most", () => {
    const threefold = {
      up_expansion_ratio: 1,
      down_expansion_ratio: 1,
      left_expansion_ratio: 0,
      right_expansion_ratio: 0,
    };
    expect(ruleRefusals("expand", { image: picture, ...threefold })).toEqual([]);
  });
});

describe("the day on which a model is discontinued", () => {
  const body = { ...v3, model_name: "kling-v1-6" };

  it("is the first on which it is refused", () => {
    const day = Date.UTC(2026, 8, 15);
    expect(refusals("text2video", body, { at: day - 1 })).toEqual([]);
    expect(refusals("text2video", body, { at: day })).toMatchObject([{ rule: "model-discontinued" }]);
  });
});
