import { describe, expectTypeOf, it } from "vitest";
import type { CallTypes, FamilyTypes } from "../generated/families.js";

type Result<Name extends keyof FamilyTypes> = NonNullable<FamilyTypes[Name]["task"]["task_result"]>;
type Request<Name extends keyof FamilyTypes> = FamilyTypes[Name]["request"];

// Checked by the compiler; at run time there is nothing to see.
describe("types of the contract", () => {
  it("narrows results by family", () => {
    expectTypeOf<keyof Result<"image2video">>().toEqualTypeOf<"videos">();
    expectTypeOf<keyof Result<"textToAudio">>().toEqualTypeOf<"audios">();
    expectTypeOf<keyof Result<"videoToAudio">>().toEqualTypeOf<"videos" | "audios">();
    expectTypeOf<keyof Result<"imageGenerations">>().toEqualTypeOf<"images">();
    expectTypeOf<keyof Result<"omniImage">>().toEqualTypeOf<"result_type" | "images" | "series_images">();
    expectTypeOf<keyof Result<"customVoices">>().toEqualTypeOf<"voices">();
    expectTypeOf<keyof Result<"advancedCustomElements">>().toEqualTypeOf<"elements">();
    expectTypeOf<NonNullable<Result<"aiMultiShot">["images"]>[number]>().toHaveProperty("url_3");
  });

  it("takes unknown names where the list is open, and none where it is closed", () => {
    const open: Request<"text2video"> = { prompt: "a boat", model_name: "kling-v9" };
    const scene: Request<"effects"> = { effect_scene: "not_known_yet", input: {} };
    // @ts-expect-error a mode nobody has
    const mode: Request<"text2video"> = { prompt: "a boat", mode: "standard" };
    // @ts-expect-error durations of videos are strings
    const duration: Request<"text2video"> = { prompt: "a boat", duration: 5 };
    // @ts-expect-error durations of sounds are numbers
    const sound: Request<"textToAudio"> = { prompt: "rain", duration: "5" };
    // @ts-expect-error prompt is missing
    const missing: Request<"text2video"> = { model_name: "kling-v3" };
    // @ts-expect-error two kinds of amount, not three
    const amount: Request<"omniImage"> = { prompt: "a fox", series_amount: "many" };
    const auto: Request<"omniImage"> = { prompt: "a fox", series_amount: "auto" };
    expectTypeOf([open, scene, mode, duration, sound, missing, amount, auto]).toBeArray();
  });

  it("knows what calls take and answer", () => {
    expectTypeOf<CallTypes["accountCosts"]["request"]>().toHaveProperty("start_time").toEqualTypeOf<number>();
    expectTypeOf<CallTypes["identifyFace"]["answer"]["session_id"]>().toEqualTypeOf<string>();
    expectTypeOf<CallTypes["presetsVoices"]["answer"]>().toBeArray();
    expectTypeOf<CallTypes["accountBillingPackage"]["answer"]["result"]>().toHaveProperty("detail").toBeArray();
  });
});
