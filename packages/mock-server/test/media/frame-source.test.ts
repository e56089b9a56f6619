import { describe, expect, it } from "vitest";
import { createCamera } from "../../src/media/camera.js";
import { decodePicture } from "../../src/media/decode-picture.js";
import { createFrameSource } from "../../src/media/frame-source.js";
import { toI420 } from "../../src/media/i420.js";
import type { RenderRequest } from "../../src/media/renderer.js";
import { createRowScaler } from "../../src/media/row-scaler.js";
import { videoSize } from "../../src/media/video-size.js";
import { buildPng, fixture } from "./picture-kit.js";

const request: RenderRequest = { seed: "a", durationSeconds: 1, longSide: 64, framesPerSecond: 24 };

describe("video size", () => {
  it("keeps the ratio within 1 % with even sides, for every ratio the provider accepts", () => {
    for (let width = 300; width <= 750; width += 1) {
      for (const [w, h] of [
        [width, 300],
        [300, width],
      ] as const) {
        const size = videoSize({ width: w, height: h }, 640);
        expect(Math.max(size.width, size.height)).toBe(640);
        expect((size.width % 2) + (size.height % 2)).toBe(0);
        expect(Math.abs((size.width / size.height) * (h / w) - 1)).toBeLessThan(0.01);
      }
    }
  });
});

describe("scaling", () => {
  it.each([
    [7, 16],
    [16, 7],
    [16, 16],
    [1, 20],
  ])("keeps a flat colour from %i to %i pixels", (from, to) => {
    const scaler = createRowScaler({ width: from, height: from }, { width: to, height: to });
    for (let row = 0; row < from; row += 1) scaler.push(new Uint8Array(from * 3).fill(177));
    expect(new Set(scaler.finish().data)).toEqual(new Set([177]));
  });

  it("copies a picture of the right size", () => {
    const rows = Array.from({ length: 5 }, (_, row) => Uint8Array.from({ length: 15 }, (_, index) => row * 40 + index));
    const scaler = createRowScaler({ width: 5, height: 5 }, { width: 5, height: 5 });
    for (const row of rows) scaler.push(row);
    expect([...scaler.finish().data]).toEqual(rows.flatMap((row) => [...row]));
  });
});

describe("camera", () => {
  it("starts at the full picture, stays inside it and moves smoothly", () => {
    for (const seed of ["a", "b", "c", "d"]) {
      const camera = createCamera(seed);
      expect(camera(0)).toEqual({ left: 0, top: 0, size: 1, vignette: 0 });
      let previous = camera(0);
      for (let step = 1; step <= 100; step += 1) {
        const view = camera(step / 100);
        expect(view.left).toBeGreaterThanOrEqual(0);
        expect(Math.max(view.left, view.top) + view.size).toBeLessThanOrEqual(1 + 1e-9);
        expect(view.size).toBeLessThan(previous.size);
        expect(previous.size - view.size).toBeLessThan(0.004);
        previous = view;
      }
    }
  });
});

describe("frames", () => {
  it("begin with the picture itself, bit for bit", async () => {
    const image = fixture("baseline.jpg");
    const frames = await createFrameSource({ ...request, image });
    const { luma, blueDifference, redDifference } = toI420(await decodePicture(image, 64));
    expect([...frames.draw(0)]).toEqual([...luma.data, ...blueDifference.data, ...redDifference.data]);
  });

  it("change over time even for a picture of one colour", async () => {
    const image = buildPng({ width: 30, height: 30, bitDepth: 8, colourType: 2, pixel: () => [90, 120, 200] });
    const frames = await createFrameSource({ ...request, image });
    expect(frames.frameCount).toBe(24);
    const middle = [0, 12, 23].map((frame) => frames.draw(frame)[32 * 64 + 32]);
    expect(new Set(middle).size).toBe(3);
  });

  it("differ by seed", async () => {
    const [first, same, other] = await Promise.all(
      ["a", "a", "b"].map(async (seed) => (await createFrameSource({ ...request, seed })).draw(20).slice()),
    );
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("carry a mark in the corner when asked", async () => {
    const wide = { ...request, longSide: 320 };
    const plain = (await createFrameSource(wide)).draw(20);
    const marked = await createFrameSource({ ...wide, watermark: true });
    const difference = marked.draw(20).reduce((count, byte, index) => count + (byte === plain[index] ? 0 : 1), 0);
    expect(difference).toBeGreaterThan(500);
    expect(difference).toBeLessThan(5000);
  });
});
