import { createWorkerRenderer } from "@klingkit/mock-server/node";
import { readImageHeader } from "@klingkit/spec/image-header";
import { afterAll, describe, expect, it } from "vitest";
import type { PictureRequest } from "../../src/media/renderer.js";
import { decodePicture } from "../../src/node/media/decode-picture.js";
import { meanDifference } from "./media-tools.js";
import { example, fixture } from "./picture-kit.js";

const coffee: PictureRequest = { image: example("coffee.png"), seed: "s", longSide: 320, watermark: false };
const renderer = createWorkerRenderer({ cacheEntries: 0 });
afterAll(() => renderer.close());

const pixelsOf = async (request: PictureRequest) =>
  (await decodePicture(await renderer.renderPicture(request), 320)).data;

describe("rendering a picture", () => {
  it.each([
    ["from the submitted one", coffee, 214],
    ["from the seed alone", { seed: "s", longSide: 320, watermark: true }, 180],
  ])("gives a PNG %s", async (_, request: PictureRequest, height) => {
    const picture = await renderer.renderPicture(request);
    expect([...picture.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(readImageHeader(picture)).toMatchObject({ format: "png", width: 320, height });
  });

  it.each([
    [9 / 16, 180, 320],
    [1, 320, 320],
    [21 / 9, 320, 138],
  ])("gives a generated one the shape that was asked for: %d", async (aspectRatio, width, height) => {
    const picture = await renderer.renderPicture({ seed: "s", longSide: 320, watermark: false, aspectRatio });
    expect(readImageHeader(picture)).toMatchObject({ width, height });
  });

  it("repeats itself byte for byte, in another thread too", async () => {
    const other = createWorkerRenderer({ cacheEntries: 0 });
    const first = await renderer.renderPicture(coffee);
    expect(await renderer.renderPicture(coffee)).toEqual(first);
    expect(await other.renderPicture(coffee)).toEqual(first);
    await other.close();
  });

  it("varies the submitted picture gently, and differently by seed", async () => {
    const original = (await decodePicture(example("coffee.png"), 320)).data;
    const results = await Promise.all(["s", "s-1", "s-2"].map((seed) => pixelsOf({ ...coffee, seed })));
    for (const [index, result] of results.entries()) {
      expect(meanDifference(result, original)).toBeGreaterThan(5);
      expect(meanDifference(result, original)).toBeLessThan(32);
      for (const other of results.slice(index + 1)) expect(meanDifference(result, other)).toBeGreaterThan(2);
    }
  });

  it("generates another picture for another seed", async () => {
    const [one, other] = await Promise.all(
      ["a", "b"].map((seed) => pixelsOf({ seed, longSide: 320, watermark: false })),
    );
    expect(other).not.toEqual(one);
  });

  it("carries the mark in the lower right corner and nowhere else", async () => {
    const [plain, marked] = await Promise.all([false, true].map((watermark) => pixelsOf({ ...coffee, watermark })));
    const changed = [...(plain ?? [])].flatMap((byte, index) => (byte === marked?.[index] ? [] : [index]));
    expect(changed.length).toBeGreaterThan(1000);
    for (const index of changed) {
      expect(Math.floor(index / 3) % 320).toBeGreaterThan(240);
      expect(Math.floor(index / 3 / 320)).toBeGreaterThan(170);
    }
  });

  it("refuses an undecodable picture by name", async () => {
    const image = fixture("baseline.jpg").subarray(0, 900);
    await expect(renderer.renderPicture({ ...coffee, image })).rejects.toMatchObject({ name: "PictureDecodeError" });
  });

  it("shares one queue and memory with videos without mixing them up", async () => {
    const shared = createWorkerRenderer();
    const request = { seed: "s", longSide: 64, watermark: false, durationSeconds: 1, framesPerSecond: 24 };
    const [video, picture] = await Promise.all([shared.render(request), shared.renderPicture(request)]);
    expect(Buffer.from(video.subarray(4, 8)).toString()).toBe("ftyp");
    expect(readImageHeader(picture)).toMatchObject({ format: "png" });
    expect(await shared.renderPicture(request)).toBe(picture);
    await shared.close();
  });
});
