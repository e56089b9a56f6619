import { describe, expect, it } from "vitest";
import { picture, refusals, warnings } from "./rules-helpers.js";

describe("model names", () => {
  it.each([
    ["kling-v3-0", "use kling-v3."],
    ["kling-v2-5", "use kling-v2-5-turbo."],
    ["kling-v2.6", "use kling-v2-6."],
    ["kling-v2.6-i2v", "use kling-v2-6."],
    ["kling-v2-6-i2v", "use kling-v2-6."],
    ["kling-v3.0-i2v", "use kling-v3."],
    ["kling-3.0-turbo", "use kling-v2-5-turbo, kling-v2-6 or kling-v3."],
    ["kling-v3-omni", "use kling-v2-5-turbo, kling-v2-6 or kling-v3."],
  ])("refuses %s and says what to use", (model_name, advice) => {
    const found = refusals("image2video", { image: picture, model_name });
    expect(found).toMatchObject([{ rule: "model-of-family", situation: "unknown-model" }]);
    expect(found[0]?.advice).toContain(advice);
  });

  it("does not offer a model that the operation lacks", () => {
    const found = refusals("text2video", { prompt: "a", model_name: "kling-v2.1" });
    expect(found[0]?.advice).toBe("There is no kling-v2.1; use kling-v2-5-turbo, kling-v2-6 or kling-v3.");
  });

  it("warns of a name nobody knows, and of the old field", () => {
    const body = { prompt: "a", model_name: "kling-v4", model: "kling-v3" };
    expect(refusals("text2video", body)).toEqual([]);
    expect(warnings("text2video", body).map(({ rule }) => rule)).toEqual(["model-unknown", "misnamed"]);
  });

  it("lets an operation without models take any", () => {
    expect(warnings("avatar", { image: picture, audio_id: "1", model_name: "kling-v3" })).toEqual([]);
  });
});

describe("videos to continue", () => {
  const options = (parentModel: string) => ({ parentModel });

  it("come from three models", () => {
    for (const parent of ["kling-v1", "kling-v1-5", "kling-v1-6"]) {
      expect(refusals("videoExtend", { video_id: "1" }, options(parent))).toEqual([]);
    }
    expect(refusals("videoExtend", { video_id: "1" }, options("kling-v3"))).toMatchObject([{ rule: "parent-model" }]);
    expect(
      refusals("videoExtend", { video_id: "1", cfg_scale: 1, negative_prompt: "b" }, options("kling-v1-6")),
    ).toEqual([]);
  });

  it("are all gone now", () => {
    const now = { at: Date.UTC(2026, 10, 28) };
    expect(refusals("videoExtend", { video_id: "1" }, now)).toMatchObject([{ rule: "route-discontinued" }]);
  });
});
