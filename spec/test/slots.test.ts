import { slotKey, slotsOf } from "@klingkit/spec/slots";
import { describe, expect, it } from "vitest";
import { requestFacts } from "../generated/facts.js";

describe("the slots of a task", () => {
  const seriesLength = requestFacts.omniImage?.fields?.series_amount?.default;

  it.each([
    ["image2video", {}, 1],
    ["imageGenerations", {}, 1],
    ["imageGenerations", { n: 3 }, 3],
    ["imageGenerations", { n: null }, 1],
    ["omniImage", { result_type: "single", n: 2, series_amount: 9 }, 2],
    ["omniImage", { result_type: "series", n: 2, series_amount: 9 }, 9],
    ["omniImage", { result_type: "series", series_amount: "auto" }, 1],
    ["omniImage", { result_type: "series" }, seriesLength],
    ["omniImage", { result_type: "series", n: 2, series_amount: null }, seriesLength],
    ["constructor", { result_type: "series" }, 1],
  ])("of %s with %j", (operation, body, slots) => {
    expect(slotsOf(operation, body)).toBe(slots);
  });

  it.each([
    ["image2video", { model_name: "kling-v3" }, "kling-v3"],
    ["motionControl", { model_name: "kling-v3" }, "kling-v3"],
    ["imageGenerations", { model_name: "kling-v3" }, "kling-v3 images"],
    ["omniVideo", { model_name: "kling-v3-omni" }, "kling-v3-omni"],
    ["omniImage", { model_name: "kling-v3-omni" }, "kling-v3-omni images"],
    ["multiImage2image", { model_name: "kling-v2-1" }, "kling-v2-1 images"],
    ["multiImage2video", { model_name: "kling-v1-6" }, "kling-v1-6"],
    ["omniImage", {}, "omniImage"],
    ["avatar", { model_name: "" }, "avatar"],
  ])("of %s with %j are those of its model and its kind of pack", (operation, body, key) => {
    expect(slotKey(operation, body)).toBe(key);
  });
});
