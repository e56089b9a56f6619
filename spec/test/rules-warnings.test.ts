import { describe, expect, it } from "vitest";
import { type Body, film, picture, refusals, warnings } from "./rules-helpers.js";

const gateway = { dialect: "cometapi" } as const;
const v3 = { model_name: "kling-v3", image: picture, prompt: "a" };
const shot = (prompt: string, duration: string, index = 1) => ({ index, prompt, duration });
const customized = {
  ...v3,
  multi_shot: true,
  shot_type: "customize",
  duration: "7",
  multi_prompt: [shot("a", "3"), shot("b", "4", 2)],
};
const omni = { model_name: "kling-v3-omni", prompt: "a", aspect_ratio: "16:9" };
const pictures = (count: number) => Array.from({ length: count }, () => ({ image_url: picture }));
const elements = (count: number) => Array.from({ length: count }, (_, index) => ({ element_id: String(index + 1) }));
const speech = { face_id: "0", audio_id: "1", sound_start_time: 0, sound_end_time: 2000, sound_insert_time: 0 };
const face = (change: Body) => ({ face_choose: [{ ...speech, ...change }] });
const edit = { session_id: "1", edit_mode: "addition", prompt: "a", image_list: [{ image: picture }] };

describe("warnings", () => {
  it.each([
    ["image2video", { ...v3, multi_prompt: [shot("a", "5")] }, "multi_prompt", "ignored"],
    ["image2video", { ...v3, prompt: "<<<element_2>>> waves", element_list: elements(1) }, "prompt", "placeholder"],
    [
      "image2video",
      { ...customized, multi_prompt: [shot("<<<element_1>>>", "7")] },
      "multi_prompt.0.prompt",
      "placeholder",
    ],
    ["omniVideo", { ...omni, prompt: "like <<<image_1>>>" }, "prompt", "placeholder"],
    ["omniVideo", { ...omni, duration: "5", video_list: [{ video_url: film }] }, "duration", "ignored"],
    ["multiElements", { ...edit, prompt: "<<<image_2>>> into <<<video_1>>>" }, "prompt", "placeholder"],
    ["omniImage", { prompt: "a", result_type: "series", n: 3 }, "n", "ignored"],
    ["omniImage", { prompt: "a", series_amount: 3 }, "series_amount", "ignored"],
    ["imageGenerations", { prompt: "a", image_reference: "face" }, "image_reference", "ignored"],
    ["tts", { text: "a", voice_id: "x", voice_language: "zh", voice_speed: 3 }, "voice_speed", "clamped"],
    [
      "multiImage2image",
      { subject_image_list: [{ subject_image: picture }], scence_image: picture },
      "scence_image",
      "misnamed",
    ],
    [
      "advancedLipSync",
      { session_id: "1", ...face({ original_sound_volume: 0 }) },
      "face_choose.0.original_sound_volume",
      "ignored",
    ],
  ])("%s: %j warns about %s", (operation, body, field, rule) => {
    expect(refusals(operation, body)).toEqual([]);
    expect(warnings(operation, body).filter((finding) => finding.rule === rule)).toMatchObject([{ field }]);
  });

  it("pass over placeholders that the endpoint does not know", () => {
    expect(warnings("text2video", { model_name: "kling-v3", prompt: "<<<voice_1>>> and <<<image_9>>>" })).toEqual([]);
    expect(warnings("omniVideo", { ...omni, prompt: "<<<image_1>>>", image_list: pictures(1) })).toEqual([]);
  });

  it("leave the gateway's spellings alone at the gateway", () => {
    const body = { subject_image_list: [{ subject_image: picture }], scence_image: picture };
    expect(warnings("multiImage2image", body, gateway)).toEqual([]);
    expect(warnings("advancedLipSync", { session_id: "1", ...face({ original_sound_volume: 0 }) }, gateway)).toEqual(
      [],
    );
  });

  it("tell the gateway's init-selection apart", () => {
    expect(warnings("initSelection", { video_url: film }, gateway)).toMatchObject([{ field: "video_url" }]);
    expect(warnings("initSelection", { video_url: film })).toEqual([]);
  });
});
