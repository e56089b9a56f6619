import { describe, expect, it } from "vitest";
import { type Body, film, picture, warnings } from "./rules-helpers.js";

const elements = (count: number) => Array.from({ length: count }, (_, index) => ({ element_id: String(index + 1) }));
const references = (count: number) => Array.from({ length: count }, () => ({ image_url: picture }));
const images = (count: number) => Array.from({ length: count }, () => ({ image: picture }));
const v3 = { model_name: "kling-v3", image: picture };
const omni = { model_name: "kling-v3-omni", aspect_ratio: "16:9" };
const omniImage = { model_name: "kling-image-o1" };
const edit = { session_id: "1", edit_mode: "addition", image_list: images(1) };

/** A prompt, what it may cite, and which of its citations has nothing to stand for. */
const rows: readonly (readonly [operation: string, prompt: string, given: Body, missing: string | undefined])[] = [
  ["image2video", "<<<element_1>>>", { ...v3, element_list: elements(1) }, undefined],
  ["image2video", "<<<element_2>>>", { ...v3, element_list: elements(1) }, "<<<element_2>>>"],
  ["image2video", "<<<voice_1>>>", { ...v3, sound: "on", voice_list: [{ voice_id: "1" }] }, undefined],
  ["image2video", "<<<voice_2>>>", { ...v3, sound: "on", voice_list: [{ voice_id: "1" }] }, "<<<voice_2>>>"],
  ["image2video", "<<<image_9>>> <<<video_9>>>", v3, undefined],
  ["omniVideo", "<<<image_1>>> <<<element_1>>>", { ...omni, image_list: references(1) }, "<<<element_1>>>"],
  ["omniVideo", "<<<image_2>>>", { ...omni, image_list: references(1) }, "<<<image_2>>>"],
  ["omniVideo", "<<<video_1>>>", { ...omni, video_list: [{ video_url: film }] }, undefined],
  ["omniVideo", "<<<video_2>>>", { ...omni, video_list: [{ video_url: film }] }, "<<<video_2>>>"],
  ["omniVideo", "<<<element_1>>>", { ...omni, element_list: elements(1) }, undefined],
  ["omniImage", "<<<image_10>>>", { ...omniImage, image_list: images(10) }, undefined],
  ["omniImage", "<<<image_10>>>", { ...omniImage, image_list: images(9) }, "<<<image_10>>>"],
  ["omniImage", "<<<element_1>>>", { ...omniImage, element_list: elements(1) }, undefined],
  ["omniImage", "<<<element_1>>>", omniImage, "<<<element_1>>>"],
  ["multiElements", "<<<image_1>>> into <<<video_1>>>", edit, undefined],
  ["multiElements", "<<<image_2>>>", edit, "<<<image_2>>>"],
  ["multiElements", "<<<video_2>>>", edit, "<<<video_2>>>"],
];

describe("placeholders", () => {
  it.each(rows)("%s: %s with %j", (operation, prompt, given, missing) => {
    const found = warnings(operation, { ...given, prompt }).filter(({ rule }) => rule === "placeholder");
    expect(found.map(({ message }) => message)).toEqual(missing ? [`prompt cites ${missing}, which is not given`] : []);
  });

  it("of each shot are looked at, and those of the prompt beside them", () => {
    const shots = ["<<<element_1>>>", "plain", "<<<element_2>>>"];
    const body = {
      ...v3,
      prompt: "<<<element_3>>>",
      element_list: elements(1),
      multi_shot: true,
      shot_type: "customize",
      duration: "9",
      multi_prompt: shots.map((prompt, index) => ({ index: index + 1, prompt, duration: "3" })),
    };
    const found = warnings("image2video", body).filter(({ rule }) => rule === "placeholder");
    expect(found.map(({ field }) => field)).toEqual(["prompt", "multi_prompt.2.prompt"]);
    const { prompt: _, ...promptless } = body;
    expect(warnings("image2video", promptless).map(({ field }) => field)).toContain("multi_prompt.2.prompt");
  });
});
