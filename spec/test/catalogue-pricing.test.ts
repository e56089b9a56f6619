import { describe, expect, it } from "vitest";
import { prices } from "../generated/catalogue.js";
import { type KnownFacts, priceRequest } from "../src/pricing.js";

type Body = Readonly<Record<string, unknown>>;

const clip = (model_name: string, mode: string, duration = "5", extra: Body = {}): Body => ({
  model_name,
  mode,
  duration,
  ...extra,
});
const sound = { sound: "on" };
const voices = { sound: "on", voice_list: [{ voice_id: "1" }] };
const video = { video_list: [{ video_url: "https://example.com/a.mp4", refer_type: "feature" }] };
const edited = { video_list: [{ video_url: "https://example.com/a.mp4" }] };

describe("prices on record", () => {
  it.each<[family: string, body: Body, units: number, known?: KnownFacts]>([
    ["image2video", {}, 1],
    ["image2video", clip("kling-v1", "std"), 1],
    ["image2video", clip("kling-v1", "pro"), 3.5],
    ["image2video", clip("kling-v1-5", "std"), 2],
    ["image2video", clip("kling-v1-6", "std"), 2],
    ["image2video", clip("kling-v2-1", "pro", "10"), 7],
    ["text2video", clip("kling-v2-master", "std"), 10],
    ["text2video", clip("kling-v2-1-master", "pro"), 10],
    ["text2video", clip("kling-v2-5-turbo", "std"), 1.5],
    ["text2video", clip("kling-v2-6", "pro", "10"), 5],
    ["text2video", clip("kling-v2-6", "pro", "5", sound), 5],
    ["image2video", clip("kling-v2-6", "pro", "5", voices), 6],
    ["image2video", clip("kling-v3", "std", "3"), 1.8],
    ["image2video", clip("kling-v3", "pro", "7", sound), 8.4],
    ["image2video", clip("kling-v3", "4k"), 15],
    ["image2video", clip("kling-v3", "4k", "5", sound), 15],
    ["image2video", { model_name: "kling-v3", mode: "", duration: "" }, 3],
    ["multiImage2video", {}, 2],
    ["omniVideo", clip("kling-v3-omni", "std", "10"), 6],
    ["omniVideo", clip("kling-v3-omni", "pro", "5", sound), 5],
    ["omniVideo", clip("kling-v3-omni", "pro", "5", video), 6],
    ["omniVideo", clip("kling-v3-omni", "4k", "5", video), 15],
    ["omniVideo", clip("kling-video-o1", "std", "5", video), 4.5],
    ["omniVideo", { prompt: "a" }, 4],
    ["omniVideo", clip("kling-video-o1", "pro", "5", edited), 8.4, { seconds: 7.2 }],
    ["motionControl", { mode: "std" }, 3.5, { seconds: 7.2 }],
    ["motionControl", { model_name: "kling-v3", mode: "pro" }, 12, { seconds: 10 }],
    ["multiElements", { mode: "pro", duration: "10" }, 10],
    ["avatar", {}, 4.8, { seconds: 12.4 }],
    ["videoExtend", { video_id: "1" }, 3.5, { parentMode: "pro" }],
    ["advancedLipSync", {}, 1, { seconds: 5.1 }],
    ["lipSync", {}, 0.5, { seconds: 5 }],
    ["identifyFace", {}, 0.05],
    ["tts", {}, 0.05],
    ["customVoices", {}, 0.05],
    ["textToAudio", { duration: 10 }, 0.25],
    ["videoToAudio", {}, 0.25],
    ["imageRecognize", {}, 0.1],
    ["imageGenerations", {}, 8],
    ["imageGenerations", { n: 9 }, 72],
    ["imageGenerations", { model_name: "kling-v2-1", n: 2 }, 8],
    ["imageGenerations", { model_name: "kling-v2-1", n: 2, image: "a" }, 16],
    ["omniImage", { model_name: "kling-v3-omni", resolution: "2k" }, 8],
    ["omniImage", { model_name: "kling-v3-omni", resolution: "4k", n: 2 }, 32],
    ["omniImage", { model_name: "kling-v3-omni", result_type: "series" }, 32],
    ["omniImage", { model_name: "kling-v3-omni", result_type: "series", series_amount: 2, n: 9 }, 16],
    ["omniImage", { model_name: "kling-v3-omni", result_type: "series", series_amount: "auto" }, 24, { images: 3 }],
    ["omniImage", { model_name: "kling-image-o1", result_type: "series", series_amount: 9 }, 8],
    ["multiImage2image", { n: 2 }, 32],
    ["expand", { n: 2 }, 16],
  ])("%s %j costs %d units", (family, body, units, known) => {
    const price = priceRequest(family, body, known);
    expect(price.units).toBe(units);
    expect(price.reason).toBeUndefined();
    const unit = price.per === "image" ? 0.0035 : 0.14;
    expect(price.usd).toBeCloseTo(units * unit, 6);
    expect(price.unit).toBe(price.per === "image" ? "image" : "video");
  });
});

describe("prices not on record", () => {
  it.each<[family: string, body: Body, reason: string, per: string]>([
    ["image2video", { model_name: "kling-v9" }, "no price of kling-v9 in image2video is on record", "second"],
    ["image2video", clip("kling-v3", "pro", "5", voices), "no price for mode pro, tariff voice is on record", "second"],
    [
      "image2video",
      clip("kling-v2-6", "std", "5", sound),
      "no price for mode std, tariff sound is on record",
      "second",
    ],
    ["image2video", clip("kling-v1", "4k"), "no price for mode 4k is on record", "second"],
    [
      "omniVideo",
      clip("kling-v3-omni", "pro", "5", edited),
      "the request does not say how many seconds it makes",
      "second",
    ],
    ["motionControl", { mode: "std" }, "the request does not say how many seconds it makes", "second"],
    ["lipSync", {}, "the request does not say how many seconds it makes", "5-seconds"],
    ["videoExtend", {}, "the request does not say the mode", "call"],
    [
      "omniImage",
      { model_name: "kling-v3-omni", result_type: "series", series_amount: "auto" },
      "the request does not say how many pictures it makes",
      "image",
    ],
    ["imageGenerations", { model_name: "kling-v1" }, "no price of kling-v1 in imageGenerations is on record", "image"],
    ["multiImage2image", { model_name: "kling-v2" }, "no price of kling-v2 in multiImage2image is on record", "image"],
    ["effects", {}, "no price of effects is on record", "call"],
    ["kolorsVirtualTryOn", {}, "no price of kolors-virtual-try-on-v1 in kolorsVirtualTryOn is on record", "image"],
  ])("%s %j is null: %s", (family, body, reason, per) => {
    expect(priceRequest(family, body)).toMatchObject({ units: null, usd: null, reason, per });
  });

  it("keep what is known: the rate without the quantity, the quantity without the rate", () => {
    expect(priceRequest("avatar", { mode: "pro" })).toMatchObject({ units: null, rate: 0.8, quantity: null });
    expect(priceRequest("multiImage2image", { model_name: "kling-v2", n: 2 })).toMatchObject({
      units: null,
      rate: null,
      quantity: 2,
    });
  });
});

describe("prices that were found in November 2026", () => {
  it("charge subject completion by the call, and the creation of an element nothing", () => {
    expect(priceRequest("aiMultiShot", {})).toMatchObject({ units: 20, unit: "image", usd: 0.07 });
    expect(priceRequest("advancedCustomElements", {})).toMatchObject({ units: 0, usd: 0 });
  });

  it("are nothing for reads, deletes, the account and the steps of a selection", () => {
    for (const call of prices.free.calls) expect(priceRequest(call, {})).toMatchObject({ units: 0, usd: 0 });
    expect(prices.free.calls).toContain("presetsVoices");
  });
});

describe("the gateway's prices", () => {
  it("are Kling's list since 2026-07-29, and the list before that is kept", () => {
    expect(prices.gateway.listPriceSince).toBe("2026-07-29T01:00:00Z");
    const [before] = prices.gateway.history;
    expect(before).toMatchObject({ date: "2025-12", clips: { "kling-v1": { std: { "5": 0.13 } } } });
    expect(priceRequest("text2video", clip("kling-v2-6", "pro")).usd).toBe(0.35);
  });
});
