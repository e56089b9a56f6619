import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calls, families } from "../generated/families.js";
import { requestFields } from "../generated/fields.js";
import { mostFindings } from "../src/finding.js";
import { priceRequest } from "../src/pricing.js";
import { inRecordedWords } from "../src/recorded-texts.js";
import { checkRequest, checkRules } from "../src/rules/index.js";
import { rulesOf } from "../src/rules/operation-rules.js";
import { RequestView } from "../src/rules/view.js";
import { coerceTypes } from "../src/validation.js";
import { dialects, picture } from "./rules-helpers.js";

const names = [...Object.keys(families), ...Object.keys(calls), "dreamVideo", "constructor", "__proto__", "toString"];
const operation = fc.constantFrom(...names);
const dialect = fc.constantFrom(...dialects);

const odd = fc.constantFrom<unknown>(
  "constructor",
  "__proto__",
  { toString: 1, valueOf: 2 },
  [null],
  [[]],
  [{}],
  { type: "simple" },
  { type: "forward_up", config: [] },
  "kling-v2-6",
  "on",
  true,
  "true",
  1e308,
  -0,
);
/** Bodies that know the fields' names and put anything into them. */
const fieldName = fc.constantFrom(
  ...new Set(Object.values(requestFields).flatMap((fields) => fields.map(({ name }) => name))),
);
const knowing = fc.dictionary(fieldName, fc.oneof(odd, fc.jsonValue({ maxDepth: 3 })));
const body = fc.oneof(fc.jsonValue({ maxDepth: 4 }), knowing, fc.record({ input: knowing }));

/** Bodies of values that some rule or other is about. */
const likely = fc.dictionary(
  fieldName,
  fc.constantFrom<unknown>(
    "",
    [],
    "on",
    "off",
    true,
    false,
    "customize",
    "std",
    "pro",
    "5",
    "10",
    "kling-v1",
    "kling-v2-6",
    "<<<image_9>>>",
    [{ type: "end_frame" }],
    { type: "simple" },
  ),
);

describe("whatever the body", () => {
  it("checks and prices it without throwing", () => {
    fc.assert(
      fc.property(operation, body, dialect, (name, value, dialect) => {
        for (const findings of [checkRequest(name, value, { dialect }), checkRules(name, value, { dialect })]) {
          for (const { field, message, advice } of findings) expect([field, message, advice]).not.toContain("");
        }
        const { units, quantity, rate } = priceRequest(name, value);
        // Prices are rounded: a nanosecond costs nothing.
        if ((quantity ?? 1) > 0.001 && rate !== 0) expect(units ?? 1).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });

  it("finds what asking every rule finds, though it asks few", () => {
    fc.assert(
      fc.property(operation, fc.oneof(body, likely), dialect, (name, value, dialect) => {
        const view = new RequestView(name, value, { dialect });
        const all = rulesOf(name).flatMap((rule) => rule(view) ?? []);
        expect(checkRules(name, value, { dialect })).toEqual(inRecordedWords(view, all));
      }),
      { numRuns: 3000 },
    );
  });

  it("coerces it without throwing or changing it", () => {
    fc.assert(
      fc.property(operation, knowing, (name, value) => {
        const before = JSON.stringify(value);
        coerceTypes(name, value);
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  it("reports a list of many wrong items no longer than one of a hundred", () => {
    const items = (count: number) => Array.from({ length: count }, () => ({}));
    const lists = ["image_list", "element_list", "face_choose", "tag_list", "multi_prompt"];
    for (const [name, fields] of Object.entries(requestFields)) {
      for (const list of fields.filter((field) => lists.includes(field.name))) {
        const findings = checkRequest(name, { [list.name]: items(5_000) }, { dialect: "kling" });
        expect(findings.length, `${name} ${list.name}`).toBeGreaterThan(0);
        expect(findings.length, `${name} ${list.name}`).toBeLessThanOrEqual(mostFindings);
      }
    }
  });

  it("quotes a value in part, however long it is", () => {
    const long = "x".repeat(100_000);
    for (const [name, fields] of Object.entries(requestFields))
      for (const field of fields)
        for (const { message, advice } of checkRequest(name, { [field.name]: long }, { dialect: "kling" }))
          expect(message.length + advice.length, `${name} ${field.name}`).toBeLessThan(1_000);
  });

  it("survives depth", () => {
    let deep: unknown = [];
    for (let depth = 0; depth < 100_000; depth += 1) deep = depth % 2 === 0 ? { input: deep } : [deep];
    for (const [name, fields] of Object.entries(requestFields)) {
      for (const field of fields) {
        expect(checkRequest(name, { [field.name]: deep }, { dialect: "kling" })).toBeInstanceOf(Array);
        expect(coerceTypes(name, { [field.name]: deep })).toBeInstanceOf(Object);
      }
    }
  });
});

describe("absent, empty string and empty list", () => {
  const whole: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    text2video: { model_name: "kling-v3", prompt: "a" },
    image2video: { model_name: "kling-v3", image: picture, image_tail: picture, prompt: "a", sound: "on" },
    multiImage2video: { image_list: [{ image: picture }, { image: picture }], prompt: "a" },
    omniVideo: { model_name: "kling-v3-omni", prompt: "a", aspect_ratio: "1:1", image_list: [{ image_url: picture }] },
    motionControl: { image_url: picture, video_url: picture, character_orientation: "video", mode: "std" },
    avatar: { image: picture, sound_file: picture, prompt: "a" },
    imageGenerations: { prompt: "a", image: picture, image_fidelity: 0.5 },
    omniImage: { prompt: "a", result_type: "series", n: 2 },
    identifyFace: { video_id: "1" },
    initSelection: { video_id: "1", task_id: "2" },
  };

  it("give the same findings, field by field", () => {
    for (const [name, base] of Object.entries(whole)) {
      for (const { name: field } of requestFields[name] ?? []) {
        for (const dialect of dialects) {
          const { [field]: _, ...without } = base;
          const absent = checkRequest(name, without, { dialect });
          expect(checkRequest(name, { ...without, [field]: "" }, { dialect })).toEqual(absent);
          expect(checkRequest(name, { ...without, [field]: [] }, { dialect })).toEqual(absent);
        }
      }
    }
  });

  it("give the same findings in any body", () => {
    const field = fc.constantFrom(...Object.values(requestFields).flatMap((fields) => fields.map(({ name }) => name)));
    fc.assert(
      fc.property(operation, knowing, field, dialect, (name, value, emptied, dialect) => {
        const { [emptied]: _, ...without } = value;
        const absent = checkRequest(name, without, { dialect });
        expect(checkRequest(name, { ...without, [emptied]: "" }, { dialect })).toEqual(absent);
        expect(checkRequest(name, { ...without, [emptied]: [] }, { dialect })).toEqual(absent);
      }),
      { numRuns: 1000 },
    );
  });

  it("count inside nested objects too", () => {
    const input = { image: picture, images: [], duration: "5" };
    expect(checkRequest("effects", { effect_scene: "squish", input }, { dialect: "cometapi" })).toEqual([]);
  });
});

describe("an unknown family", () => {
  it("simply works", () => {
    const body = { model_name: "kling-v3", image: picture, prompt: "a", mode: "8k", duration: "99" };
    expect(checkRequest("dreamVideo", body, { dialect: "kling" })).toEqual([]);
    expect(coerceTypes("dreamVideo", body)).toBe(body);
    expect(priceRequest("dreamVideo", body)).toMatchObject({
      units: null,
      reason: "no price of dreamVideo is on record",
    });
  });
});
