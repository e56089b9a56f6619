import { describe, expect, it } from "vitest";
import { type Body, film, picture, refusals, warnings } from "./rules-helpers.js";

const images = (count: number) => Array.from({ length: count }, () => ({ image: picture }));
const references = (count: number) => Array.from({ length: count }, () => ({ image_url: picture }));
const elements = (count: number) => Array.from({ length: count }, (_, index) => ({ element_id: String(index + 1) }));
const omni = { model_name: "kling-v3-omni", prompt: "a", aspect_ratio: "16:9" };
const edit = { session_id: "1", prompt: "a" };
const face = (face_id: string) => ({
  ...{ face_id, audio_id: "1", sound_start_time: 0, sound_end_time: 2000, sound_insert_time: 0 },
});
const faces = { session_id: "1", face_choose: [face("0"), face("1")] };

/** What is too many or too few, and what the finding says. */
const rows: readonly (readonly [operation: string, body: Body, message: string, advice: string])[] = [
  [
    "omniVideo",
    { ...omni, image_list: references(5), element_list: elements(3) },
    "image_list and element_list size exceeds 7",
    "Give at most 7 in image_list and element_list, not 8: that is the limit without a video.",
  ],
  [
    "omniVideo",
    { ...omni, image_list: references(3), element_list: elements(2), video_list: [{ video_url: film }] },
    "image_list and element_list size exceeds 4",
    "Give at most 4 in image_list and element_list, not 5: that is the limit with a video.",
  ],
  [
    "multiElements",
    { ...edit, edit_mode: "addition" },
    "image_list size is less than 1",
    "Give at least 1 in image_list, not 0: an addition needs pictures of what it adds.",
  ],
  [
    "multiElements",
    { ...edit, edit_mode: "swap", image_list: images(2) },
    "image_list size exceeds 1",
    "Give at most 1 in image_list, not 2: a swap needs a picture of the new thing.",
  ],
  [
    "multiElements",
    { ...edit, edit_mode: "removal", image_list: images(1) },
    "image_list size exceeds 0",
    "Give at most 0 in image_list, not 1: a removal adds nothing.",
  ],
  [
    "advancedLipSync",
    faces,
    "face_choose size exceeds 1",
    "Give at most 1 in face_choose, not 2: one person at a time.",
  ],
  [
    "imageGenerations",
    { prompt: "a", image: picture, element_list: elements(10) },
    "image and element_list size exceeds 10",
    "Give at most 10 in image and element_list, not 11: that is the limit for both together.",
  ],
  [
    "omniImage",
    { prompt: "a", image_list: images(10), element_list: elements(1) },
    "image_list and element_list size exceeds 10",
    "Give at most 10 in image_list and element_list, not 11: that is the limit for both together.",
  ],
];

describe("counts", () => {
  it.each(rows)("%s: %j is refused with the limit and its reason", (operation, body, message, advice) => {
    const found = refusals(operation, body).filter(({ rule }) => rule === "count");
    expect(found).toMatchObject([{ message, advice }]);
  });

  it.each([
    ["omniVideo", { ...omni, image_list: references(4), element_list: elements(3) }],
    ["omniVideo", { ...omni, image_list: references(2), element_list: elements(2), video_list: [{ video_url: film }] }],
    ["multiElements", { ...edit, edit_mode: "addition", image_list: images(2) }],
    ["multiElements", { ...edit, edit_mode: "swap", image_list: images(1) }],
    ["multiElements", { ...edit, edit_mode: "removal" }],
    ["imageGenerations", { prompt: "a", image: picture, element_list: elements(9) }],
  ] as const)("%s: %j is within them", (operation, body) => {
    expect(refusals(operation, body).filter(({ rule }) => rule === "count")).toEqual([]);
  });

  it("of faces differ at the gateway, whose page allows more", () => {
    expect(warnings("advancedLipSync", faces, { dialect: "cometapi" })).toMatchObject([
      {
        message: "face_choose size exceeds 1",
        advice:
          "Give at most 1 in face_choose, not 2: Kling takes one person; the gateway's page says one or more, unverified.",
      },
    ]);
  });
});
