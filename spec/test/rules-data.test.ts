import { afterAll, describe, expect, it, vi } from "vitest";

// A catalogue with one more model and one more operation, and no other change. The rules are loaded again with it.
vi.resetModules();
vi.doMock("../generated/catalogue.js", async (original) => {
  const catalogue = await original<typeof import("../generated/catalogue.js")>();
  const models = {
    ...catalogue.models,
    "kling-v9": {
      image2video: {
        modes: ["pro", "8k"],
        durations: ["5", "60"],
        features: { startAndEndFrame: { mode: ["8k"] }, sound: true, watermark_info: { duration: ["60"] } },
      },
      dreamVideo: { modes: ["8k"], durations: ["5"], values: { mood: ["calm"] }, features: { sound: true } },
    },
  };
  return { ...catalogue, models, modelAliases: { ...catalogue.modelAliases, "kling-v9.0": "kling-v9" } };
});
const { picture, refusals, ruleRefusals } = await import("./rules-helpers.js");
afterAll(() => {
  vi.doUnmock("../generated/catalogue.js");
  vi.resetModules();
});

describe("a model added to the catalogue", () => {
  const body = { model_name: "kling-v9", image: picture, mode: "pro", duration: "60" };

  it.each([
    [{}, []],
    [{ mode: "std" }, ["mode"]],
    [{ duration: "10" }, ["duration"]],
    [{ image_tail: picture }, ["image_tail"]],
    [{ image_tail: picture, mode: "8k" }, []],
    [{ sound: "on" }, []],
    [{ cfg_scale: 0.5 }, ["cfg_scale"]],
    [{ watermark_info: { enabled: true } }, []],
    [{ watermark_info: { enabled: true }, duration: "5" }, ["watermark_info"]],
  ])("is judged by its row: %j", (change, fields) => {
    expect(ruleRefusals("image2video", { ...body, ...change }).map(({ field }) => field)).toEqual(fields);
  });

  it("takes a feature from the models that lack it", () => {
    const found = refusals("image2video", {
      ...body,
      model_name: "kling-v3",
      mode: "pro",
      duration: "5",
      watermark_info: { enabled: true },
    });
    expect(found).toMatchObject([{ rule: "watermark_info", field: "watermark_info" }]);
    expect(found[0]?.advice).toBe("kling-v3 does not take watermark_info this way; leave it out or use kling-v9.");
  });

  it("is offered for its misspelling", () => {
    expect(refusals("image2video", { image: picture, model_name: "kling-v9.0" })[0]?.advice).toBe(
      "There is no kling-v9.0; use kling-v9.",
    );
  });
});

describe("an operation added to the catalogue", () => {
  it("has its models judged, and needs no rules", () => {
    const body = { model_name: "kling-v9", mode: "8k", duration: "5", mood: "calm", sound: "on", image_tail: picture };
    expect(refusals("dreamVideo", body)).toEqual([]);
    expect(refusals("dreamVideo", { ...body, mood: "wild" })).toMatchObject([
      { rule: "value-of-model", field: "mood" },
    ]);
    expect(refusals("dreamVideo", { ...body, model_name: "kling-v3" })).toMatchObject([{ situation: "unknown-model" }]);
  });
});
