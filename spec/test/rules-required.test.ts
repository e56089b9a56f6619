import { describe, expect, it } from "vitest";
import { type Body, film, picture, refusals, ruleRefusals } from "./rules-helpers.js";

/** Calls and families whose bodies only have required fields. */
const required: readonly (readonly [string, Body, string])[] = [
  ["multiImage2video", { image_list: [{ image: picture }, { image: picture }], prompt: "a" }, "prompt"],
  ["motionControl", { image_url: picture, video_url: film, character_orientation: "image", mode: "pro" }, "mode"],
  ["imageRecognize", { image: picture }, "image"],
  ["tts", { text: "a", voice_id: "x", voice_language: "zh" }, "voice_language"],
  ["addSelection", { session_id: "1", frame_index: 0, points: [{ x: 0, y: 1 }] }, "points"],
  ["deleteSelection", { session_id: "1", frame_index: 0, points: [{ x: 0, y: 1 }] }, "frame_index"],
  ["clearSelection", { session_id: "1" }, "session_id"],
  ["previewSelection", { session_id: "1" }, "session_id"],
  ["deleteVoices", { voice_id: "1" }, "voice_id"],
  ["deleteElements", { element_id: "829836802793406551" }, "element_id"],
  ["aiMultiShot", { element_frontal_image: picture }, "element_frontal_image"],
];

/** Where the server's words are on record. */
const recorded: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  motionControl: { mode: "video mode must be specified" },
  deleteElements: { element_id: "Invalid element id: " },
};

describe("required fields", () => {
  it.each(required)("%s needs %j", (operation, body, field) => {
    expect(refusals(operation, body)).toEqual([]);
    for (const empty of [undefined, "", []]) {
      const found = refusals(operation, { ...body, [field]: empty });
      expect(found).toMatchObject([{ field, message: recorded[operation]?.[field] ?? `${field} can not be empty` }]);
      expect(ruleRefusals(operation, { ...body, [field]: empty })).toMatchObject([{ rule: "required", field }]);
    }
  });

  it("situates a wrong voice apart, where the gateway has a shape of its own for it", () => {
    const body = { text: "a", voice_id: "genshin_vindi2", voice_language: "en" };
    expect(refusals("tts", body)).toMatchObject([{ situation: "voice-not-found" }]);
  });
});
