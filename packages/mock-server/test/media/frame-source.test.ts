import { describe, expect, it } from "vitest";
import { createCamera } from "../../src/media/camera.js";
import { createFrameSource } from "../../src/media/frame-source.js";
import { generatePicture } from "../../src/media/generated-picture.js";
import { toI420 } from "../../src/media/i420.js";
import type { RenderRequest } from "../../src/media/renderer.js";
import { videoSize } from "../../src/media/video-size.js";

const request: RenderRequest = { seed: "a", durationSeconds: 1, longSide: 64, framesPerSecond: 24, watermark: false };

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
  it("begin with the picture itself, bit for bit", () => {
    const picture = generatePicture({ seed: "a", longSide: 64 });
    const { luma, blueDifference, redDifference } = toI420(picture);
    const first = createFrameSource(picture, request).draw(0);
    expect([...first]).toEqual([...luma.data, ...blueDifference.data, ...redDifference.data]);
  });

  it("change over time even for a picture of one colour", () => {
    const data = new Uint8ClampedArray(64 * 64 * 3).fill(120);
    const frames = createFrameSource({ width: 64, height: 64, data }, request);
    expect(frames.frameCount).toBe(24);
    const middle = [0, 12, 23].map((frame) => frames.draw(frame)[32 * 64 + 32]);
    expect(new Set(middle).size).toBe(3);
  });

  it("differ by seed", () => {
    const picture = generatePicture({ seed: "a", longSide: 64 });
    const [first, same, other] = ["a", "a", "b"].map((seed) =>
      createFrameSource(picture, { ...request, seed })
        .draw(20)
        .slice(),
    );
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("carry a mark in the corner when asked", () => {
    const picture = generatePicture({ seed: "a", longSide: 320 });
    const plain = createFrameSource(picture, request).draw(20);
    const marked = createFrameSource(picture, { ...request, watermark: true });
    const difference = marked.draw(20).reduce((count, byte, index) => count + (byte === plain[index] ? 0 : 1), 0);
    expect(difference).toBeGreaterThan(500);
    expect(difference).toBeLessThan(5000);
  });
});
