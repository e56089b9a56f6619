import { describe, expect, it } from "vitest";
import { checkLeniently } from "../src/rules/index.js";
import { picture } from "./rules-helpers.js";

const options = { dialect: "kling" } as const;

describe("a body that is read leniently", () => {
  it("is the body itself where it fits, and has what the rules find", () => {
    const body = { model_name: "kling-v2-6", image: picture, prompt: "a" };
    const read = checkLeniently("image2video", body, options);
    expect(read.body).toBe(body);
    expect(read.findings).toEqual([]);
    const long = { ...body, duration: "15" };
    expect(checkLeniently("image2video", long, options)).toMatchObject({
      body: long,
      findings: [{ rule: "duration-of-model", field: "duration" }],
    });
  });

  it("has numbers for texts and texts for numbers where nothing is lost, and is judged as that", () => {
    const read = checkLeniently(
      "image2video",
      { model_name: "kling-v2-6", image: picture, prompt: null, duration: 15, cfg_scale: "0.5" },
      options,
    );
    expect(read.body).toEqual({ model_name: "kling-v2-6", image: picture, duration: "15", cfg_scale: 0.5 });
    expect(read.findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ["duration-of-model", "refuse"],
      ["cfg-scale", "warn"],
    ]);
  });

  it("is told as it came where it cannot be read", () => {
    const body = { model_name: "kling-v3", image: picture, cfg_scale: "much" };
    const read = checkLeniently("image2video", body, options);
    expect(read.body).toBe(body);
    expect(read.findings).toMatchObject([{ field: "cfg_scale", severity: "refuse" }]);
  });
});
