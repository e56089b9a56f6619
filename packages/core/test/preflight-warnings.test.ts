import type { KlingClientOptions } from "@klingkit/core";
import { preflight } from "@klingkit/core/preflight";
import { describe, expect, it } from "vitest";
import { cost, mostGrowth, noise } from "../../../tests/support/growth.js";
import { failure, picture, standing, success, world } from "./helpers.js";

const body = { model_name: "kling-v2-6", image: picture, prompt: "x" };

/** What a submit warned of: field and advice. */
async function warned(more: Record<string, unknown>, options: Partial<KlingClientOptions> = {}): Promise<string[][]> {
  const { client, clock, events } = world([standing("submitted")], { preflight, dialect: "kling", ...options });
  await success(clock, client.image2video.submit({ ...body, ...more } as never));
  return events.flatMap((event) =>
    event.type === "warning" ? [[event.finding.field, `${event.finding.message}. ${event.finding.advice}`]] : [],
  );
}

describe("a field that the contract does not have was sent without a word", () => {
  it.each([
    ["webhook_url", "callback_url"],
    ["callbackUrl", "callback_url"],
    ["webhook", "callback_url"],
    ["tail_image_url", "image_tail"],
    ["end_frame", "image_tail"],
    ["negativePrompt", "negative_prompt"],
    ["promt", "prompt"],
    ["cfgScale", "cfg_scale"],
    ["externalTaskId", "external_task_id"],
  ])("%s: it warns, and names %s", async (name, meant) => {
    const [[field, words = ""] = []] = await warned({ [name]: "5" });
    expect(field).toBe(name);
    expect(words).toContain(`Use ${meant} in place of ${name}`);
  });

  it.each(["seed", "style", "x", "constructor", "__proto__x"])(
    "%s, which is like none: it says to leave it out",
    async (name) => {
      expect(await warned({ [name]: 1 })).toEqual([[name, expect.stringContaining(`Leave ${name} out`)]]);
    },
  );

  it("inside of a list it names the place", async () => {
    const more = { model_name: "kling-v3", camera_control: { type: "simple", configuration: { zoom: 1 } } };
    expect(
      await warned(more, {
        preflight: (...given) => preflight(...given).filter(({ severity }) => severity === "warn"),
      }),
    ).toEqual(
      expect.arrayContaining([["camera_control.configuration", expect.stringContaining("Use config in place of")]]),
    );
    expect(
      preflight(
        "omniVideo",
        { prompt: "x", image_list: [{ image_url: picture }, { image: picture }] },
        { dialect: "kling" },
      ),
    ).toContainEqual(expect.objectContaining({ field: "image_list.1.image_url", severity: "refuse" }));
  });

  it("fields of the contract, and those that another warning is about, are not told again", async () => {
    expect(await warned({ cfg_scale: undefined, watermark_info: { enabled: true } })).toEqual([]);
    const aspect = await warned({ aspect_ratio: "16:9" });
    expect(aspect.map(([field]) => field)).toEqual(["aspect_ratio"]);
  });
});

const unreachable = [
  "http://localhost:3000/api/kling",
  "http://192.168.0.5/api/kling",
  "https://10.1.2.3/",
  "http://my-machine/hook",
  "https://app.internal/hook",
  "/api/kling",
  "me.example/h",
  "ftp://me.example/h",
];

describe("an address that the provider can't reach was sent without a word", () => {
  it.each(unreachable)("callback_url %s: it warns", async (callback_url) => {
    expect(await warned({ callback_url })).toEqual([
      ["callback_url", expect.stringContaining("Give callback_url as a public address")],
    ]);
  });

  it.each(unreachable.filter((address) => /[.:]/.test(address)))("image %s: it warns", async (image) => {
    expect(await warned({ image })).toEqual([["image", expect.stringContaining("or send the file itself")]]);
  });

  it("in a list it names the place", () => {
    const image_list = [{ image_url: picture }, { image_url: "http://localhost/a.png" }];
    const found = preflight("omniVideo", { prompt: "x", aspect_ratio: "1:1", image_list }, { dialect: "kling" });
    expect(found).toMatchObject([{ rule: "unreachable-address", field: "image_list.1.image_url", severity: "warn" }]);
  });

  it.each([
    ["a public address", { callback_url: "https://me.example/hook?x=1" }],
    ["base64", { image: "aGVsbG8gd29ybGQ".repeat(500) }],
    ["base64 that starts like a path", { image: "/9j/4AAQSkZJRgABAQ" }],
    ["nothing", { callback_url: "" }],
  ])("%s: it says nothing", async (_, more) => {
    expect(await warned(more)).toEqual([]);
  });

  it.each([
    ["on this machine", { baseUrl: "http://127.0.0.1:4600" }],
    ["in docker-compose's network", { baseUrl: "http://mock:4600", allowHttp: true }],
  ])("a simulator %s can: it says nothing", async (_, options) => {
    for (const callback_url of unreachable) expect(await warned({ callback_url }, options)).toEqual([]);
  });
});

describe("an open question", () => {
  it("is let through with a warning that says so", async () => {
    expect(await warned({ duration: "7" })).toEqual([
      ["duration", expect.stringMatching(/5 or 10 seconds.*unverified/)],
    ]);
    expect(await warned({ cfg_scale: 0.3 })).toEqual([["cfg_scale", expect.stringContaining("unverified")]]);
  });
});

describe("a text that is too long", () => {
  it.each([
    ["letters", "a", 2_501],
    ["emoji, which are two units of UTF-16 each", "😀", 2_501],
  ])("in %s is told with the length that the limit counts", async (_, letter, count) => {
    const { client, clock } = world([standing("submitted")], { preflight });
    const error = await failure(clock, client.image2video.submit({ ...body, prompt: letter.repeat(count) }));
    expect(error).toHaveProperty("message", expect.stringContaining("Shorten prompt to 2500 characters; it has 2501."));
  });

  it("is one for the gateway's page by the same count", () => {
    const found = (prompt: string) =>
      preflight("text2video", { model_name: "kling-v3", prompt }, { dialect: "cometapi" });
    expect(found("😀".repeat(500))).toEqual([]);
    expect(found("😀".repeat(501))).toMatchObject([{ rule: "gateway-length", severity: "warn" }]);
  });
});

describe("an operation with a slip in its name", () => {
  it("is told; it had no findings, as if its body were right", () => {
    expect(() => preflight("image2vide", body, { dialect: "kling" })).toThrow('There is no operation "image2vide".');
  });
});

describe("the check's cost", () => {
  it.each([
    ["a picture as base64", (size: number) => ({ ...body, image: "A".repeat(size) })],
    ["a long prompt of emoji", (size: number) => ({ ...body, prompt: "😀".repeat(size / 4) })],
    [
      "many fields nobody knows",
      (size: number) => ({ ...body, ...many(size / 20, (at) => [`field_number_${at}`, 1]) }),
    ],
    ["one endless name", (size: number) => ({ ...body, ["f".repeat(size)]: 1 })],
    [
      "many items",
      (size: number) => ({ ...body, element_list: Array.from({ length: size / 40 }, () => ({ element_idd: "1" })) }),
    ],
  ])("grows no faster than the request: %s", async (_, make) => {
    const checking = (size: number) => {
      const request = make(size);
      return () => preflight("image2video", request, { dialect: "kling" });
    };
    const little = await cost(checking(100_000), 5);
    expect(await cost(checking(1_000_000), 5)).toBeLessThan(mostGrowth * Math.max(little, noise));
  });
});

function many(count: number, make: (at: number) => [string, unknown]): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => make(at)));
}
