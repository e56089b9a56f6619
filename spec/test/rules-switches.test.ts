import { describe, expect, it } from "vitest";
import { openQuestions, openSwitches } from "../generated/catalogue.js";
import type { OpenSwitch, RuleOptions } from "../src/rules/index.js";
import { type Body, picture, refusals, warnings } from "./rules-helpers.js";

interface Question {
  readonly operation: string;
  readonly body: Body;
  readonly field: string;
  readonly dialect?: RuleOptions["dialect"];
  /** Accepted without a warning: the contract says so. */
  readonly silent?: true;
}

const image = (extra: Body): Body => ({ image: picture, prompt: "a", ...extra });

/** One request for each open question that only its switch decides. */
const questions: Readonly<Record<OpenSwitch, readonly Question[]>> = {
  cfgScaleOnV2: ["kling-v2-master", "kling-v2-1", "kling-v2-1-master", "kling-v2-5-turbo", "kling-v2-6"].map(
    (model_name) => ({ operation: "image2video", body: image({ model_name, cfg_scale: 0.3 }), field: "cfg_scale" }),
  ),
  cfgScaleOnV3: [
    { operation: "text2video", body: { model_name: "kling-v3", prompt: "a", cfg_scale: 0.3 }, field: "cfg_scale" },
    { operation: "image2video", body: image({ model_name: "kling-v3", cfg_scale: 0.3 }), field: "cfg_scale" },
  ],
  otherDurationsOnV26: ["3", "4", "6", "7", "8", "9"].map((duration) => ({
    operation: "text2video",
    body: { model_name: "kling-v2-6", prompt: "a", duration },
    field: "duration",
  })),
  voiceListOnV3: [
    {
      operation: "image2video",
      body: image({ model_name: "kling-v3", sound: "on", voice_list: [{ voice_id: "1" }] }),
      field: "voice_list",
    },
  ],
  shortEndFrameOnV25Turbo: [
    {
      operation: "image2video",
      body: image({ model_name: "kling-v2-5-turbo", image_tail: picture, mode: "pro", duration: "5" }),
      field: "image_tail",
    },
  ],
  cameraControlOnV1Image2video: [
    {
      operation: "image2video",
      body: image({ model_name: "kling-v1", mode: "std", duration: "5", camera_control: { type: "forward_up" } }),
      field: "camera_control",
    },
  ],
  soundWithoutModeOnV26: [
    { operation: "text2video", body: { model_name: "kling-v2-6", prompt: "a", sound: "on" }, field: "mode" },
    { operation: "image2video", body: image({ model_name: "kling-v2-6", sound: "on" }), field: "mode" },
  ],
  otherDurationsOnV3OmniText: [
    {
      operation: "omniVideo",
      body: { model_name: "kling-v3-omni", prompt: "a", aspect_ratio: "16:9", duration: "8" },
      field: "duration",
    },
  ],
  moreRatiosOnText2video: ["4:3", "3:4", "3:2", "2:3"].map((aspect_ratio) => ({
    operation: "text2video",
    body: { model_name: "kling-v3", prompt: "a", aspect_ratio },
    field: "aspect_ratio",
    dialect: "cometapi",
  })),
  aspectRatioOnImage2video: [
    {
      operation: "image2video",
      body: image({ model_name: "kling-v3", aspect_ratio: "16:9" }),
      field: "aspect_ratio",
    },
  ],
  emptyPromptOnImage2video: [
    {
      operation: "image2video",
      body: { model_name: "kling-v3", image: picture, prompt: "" },
      field: "prompt",
      silent: true,
    },
  ],
  avatarWithoutPrompt: [
    { operation: "avatar", body: { image: picture, audio_id: "1" }, field: "prompt", dialect: "cometapi" },
  ],
  gatewayPromptLengths: [
    {
      operation: "text2video",
      body: { model_name: "kling-v3", prompt: "a".repeat(501) },
      field: "prompt",
      dialect: "cometapi",
    },
    {
      operation: "image2video",
      body: image({ model_name: "kling-v3", negative_prompt: "a".repeat(201) }),
      field: "negative_prompt",
      dialect: "cometapi",
    },
  ],
  oneImageOnMultiImage2video: [
    {
      operation: "multiImage2video",
      body: { image_list: [{ image: picture }], prompt: "a" },
      field: "image_list",
      dialect: "cometapi",
    },
  ],
  severalFacesAtGateway: [
    {
      operation: "advancedLipSync",
      body: {
        session_id: "1",
        face_choose: ["0", "1"].map((face_id) => ({
          face_id,
          audio_id: "1",
          sound_start_time: 0,
          sound_end_time: 2000,
          sound_insert_time: 0,
        })),
      },
      field: "face_choose",
      dialect: "cometapi",
    },
  ],
  tryOnModelNames: ["kolors-virtual-try-on-v1", "kolors-virtual-try-on-v1-5"].map((model_name) => ({
    operation: "kolorsVirtualTryOn",
    body: { model_name, human_image: picture, cloth_image: picture },
    field: "model_name",
  })),
  unlistedEffectScenes: [
    {
      operation: "effects",
      body: { effect_scene: "moon_walk", input: { image: picture, duration: "5" } },
      field: "effect_scene",
    },
  ],
};

const rows = Object.entries(questions).flatMap(([name, each]) =>
  each.map((question) => ({ name: name as OpenSwitch, ...question })),
);

describe("open questions", () => {
  it.each(rows)(
    "$name: accepted, with a warning ($body)",
    ({ name, operation, body, field, dialect = "kling", silent }) => {
      const options = { dialect, openQuestions: { [name]: "accept" as const } };
      expect(refusals(operation, body, options)).toEqual([]);
      const warned = warnings(operation, body, options).filter((finding) => finding.field === field);
      expect(warned).toHaveLength(silent ? 0 : 1);
    },
  );

  it.each(rows)("$name: refused ($body)", ({ name, operation, body, field, dialect = "kling" }) => {
    const found = refusals(operation, body, { dialect, openQuestions: { [name]: "refuse" } });
    expect(found).toMatchObject([{ field, situation: "invalid-parameter" }]);
    expect(found[0]?.advice).toMatch(/^\S.*\.$/);
  });

  it.each(rows)("$name: answered by the best guess ($body)", ({ name, operation, body, dialect = "kling" }) => {
    expect(refusals(operation, body, { dialect }).length).toBe(openSwitches[name] === "refuse" ? 1 : 0);
  });

  it("are all of them tested, and all questions", () => {
    expect(Object.keys(questions).sort()).toEqual(Object.keys(openSwitches).sort());
    for (const question of Object.values(openQuestions)) expect(question).toMatch(/\?$/);
  });
});

describe("what was discontinued", () => {
  const body = image({ model_name: "kling-v1-6" });
  const now = { at: Date.UTC(2026, 10, 28) };
  const gone = "The model 'kling-v1-6' has been discontinued and is no longer available.";

  it("is refused by Kling in the recorded words, a default model too, and worked a year ago", () => {
    expect(refusals("image2video", body, now)).toMatchObject([{ message: gone, situation: "discontinued-model" }]);
    expect(refusals("image2video", image({}), now)).toMatchObject([{ situation: "discontinued-model" }]);
    expect(refusals("imageGenerations", { model_name: "kling-v2-1", prompt: "a" }, now)).toEqual([]);
    expect(refusals("image2video", body)).toEqual([]);
  });

  it("is refused at the gateway where it is named, and only doubtful where nothing is", () => {
    const options = { ...now, dialect: "cometapi" } as const;
    expect(refusals("image2video", body, options)).toMatchObject([{ field: "model_name", message: gone }]);
    expect(refusals("image2video", image({}), options)).toEqual([]);
    expect(warnings("image2video", image({}), options)).toMatchObject([{ rule: "model-discontinued" }]);
  });

  it("passes or is refused as the option says", () => {
    expect(refusals("image2video", body, { ...now, discontinued: "accept" })).toEqual([]);
    const refused = { ...now, dialect: "cometapi", discontinued: "refuse" } as const;
    expect(refusals("image2video", image({}), refused)).toMatchObject([{ situation: "discontinued-model" }]);
  });

  it("can be a route, with any model", () => {
    const images = { image_list: [{ image: picture }, { image: picture }], prompt: "a" };
    for (const model of [{}, { model_name: "kling-v1-6" }])
      expect(refusals("multiImage2video", { ...images, ...model }, now)).toMatchObject([
        { message: "This API is no longer available", situation: "discontinued-route" },
      ]);
  });

  it("can be an effect, whose living ones pass", () => {
    const effect = (effect_scene: string, input: object) => refusals("effects", { effect_scene, input }, now);
    const pair = { images: [picture, picture] };
    expect(effect("hug", pair)).toMatchObject([{ rule: "scene-ended", field: "effect_scene" }]);
    expect(refusals("effects", { effect_scene: "hug", input: pair })).toEqual([]);
    expect(effect("hug_pro", pair)).toEqual([]);
    expect(effect("hug_pro", { image: picture })).toMatchObject([{ field: "input.images" }]);
    expect(effect("color_mixing", { image: picture })).toEqual([]);
  });

  it("is not virtual try-on, whose route lives", () => {
    expect(refusals("kolorsVirtualTryOn", { human_image: picture, cloth_image: picture }, now)).toEqual([]);
  });
});
