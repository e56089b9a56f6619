import { slotsOf } from "@klingkit/spec/slots";
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
});
