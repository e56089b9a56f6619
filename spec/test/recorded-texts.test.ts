import { describe, expect, it } from "vitest";
import { refusalTexts } from "../generated/catalogue.js";
import { calls, families } from "../generated/families.js";
import { type Body, film, picture, refusals } from "./rules-helpers.js";

const sync = (extra: Body): Body => ({ input: { video_url: film, mode: "text2video", ...extra } });
const spoken = { text: "a", voice_id: "x", voice_language: "en" };
const element = { element_name: "a", element_description: "b", reference_type: "image_refer" };
const motion = { image_url: picture, video_url: film, character_orientation: "video", mode: "std" };

describe("refusals in the server's recorded words", () => {
  it.each<[operation: string, body: Body, message: string]>([
    ["lipSync", { input: { mode: "text2video", ...spoken } }, "video_id or video_url is required"],
    ["lipSync", sync({ mode: "audio2video" }), "Audio type is null"],
    ["lipSync", sync({ ...spoken, text: "" }), "text is required"],
    ["lipSync", sync({ ...spoken, voice_id: undefined }), "Voice id not found"],
    [
      "lipSync",
      sync({ ...spoken, mode: "sing" }),
      "input.mode value 'sing' is invalid, allowed values: text2video, audio2video",
    ],
    [
      "lipSync",
      sync({ mode: "audio2video", audio_type: "tape" }),
      "input.audio_type value 'tape' is invalid, allowed values: file, url",
    ],
    [
      "lipSync",
      sync({ ...spoken, voice_language: "fr" }),
      "input.voice_language value 'fr' is invalid, allowed values: zh, en",
    ],
    ["lipSync", sync({ ...spoken, voice_speed: 3 }), "input.voiceSpeed: must be less than or equal to 2.0"],
    ["motionControl", { ...motion, image_url: "" }, "imageUrl: must not be blank"],
    ["motionControl", { ...motion, video_url: undefined }, "videoUrl: must not be blank"],
    ["motionControl", { ...motion, mode: undefined }, "video mode must be specified"],
    ["motionControl", { ...motion, character_orientation: "" }, "character orientation must be specified"],
    ["motionControl", { ...motion, video_url: "dance" }, "Video URL is invalid"],
    [
      "advancedCustomElements",
      { ...element, element_image_list: { frontal_image: picture, refer_images: [] } },
      "refer images must be between 1 and 3",
    ],
    [
      "advancedCustomElements",
      { ...element, element_image_list: { refer_images: [{ image_url: picture }] } },
      "Missing element frontal image",
    ],
    [
      "advancedCustomElements",
      { ...element, reference_type: "video_refer", element_video_list: { refer_videos: [] } },
      "The number of element videos must be 1",
    ],
    [
      "image2video",
      { model_name: "kling-v3", image: "data:image/png;base64,AA" },
      "File is not in a valid base64 format",
    ],
    ["omniImage", { prompt: "a", result_type: "series", series_amount: 10 }, "series_amount value '10' is invalid"],
    ["textToAudio", { prompt: "a", duration: 5.55 }, "duration value '5.55' is invalid"],
  ])("%s %j: %s", (operation, body, message) => {
    expect(refusals(operation, body)[0]?.message).toBe(message);
  });

  it("ask for the video's id where the gateway wants that, and an address is given", () => {
    const found = refusals("lipSync", sync(spoken), { dialect: "cometapi" });
    expect(found.map(({ message }) => message)).toEqual(["input.video_id can not be empty"]);
  });

  it("are those of families and calls of the contract", () => {
    expect([...Object.keys(families), ...Object.keys(calls)]).toEqual(
      expect.arrayContaining(Object.keys(refusalTexts)),
    );
  });
});
