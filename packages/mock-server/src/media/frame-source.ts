import { createCamera } from "./camera.js";
import { frameCount } from "./frame-count.js";
import { i420Bytes, toI420 } from "./i420.js";
import type { Pixels, Size } from "./pixels.js";
import type { RenderRequest } from "./renderer.js";
import { createPlaneSampler } from "./sample-plane.js";
import { createVignette } from "./vignette.js";
import { createWatermark } from "./watermark.js";

/** The frames of a video, ready for an encoder. */
export interface FrameSource extends Size {
  readonly frameCount: number;
  /** Draws a frame (from 0) as I420. The array is reused by the next call. */
  draw(frame: number): Uint8Array;
}

/** The frames a request asks for: the first is the picture itself, the others move through it. */
export function createFrameSource(pixels: Pixels, request: RenderRequest): FrameSource {
  const picture = toI420(pixels);
  const { width, height } = pixels;
  const count = frameCount(request);
  const frame = new Uint8Array(i420Bytes(pixels));
  const camera = createCamera(request.seed);
  const vignette = createVignette(pixels);
  const mark = request.watermark ? createWatermark(pixels) : undefined;
  const luma = frame.subarray(0, width * height);
  let end = 0;
  const samplers = [picture.luma, picture.blueDifference, picture.redDifference].map((plane) => {
    const output = new Uint8ClampedArray(frame.buffer, end, plane.data.length);
    end += plane.data.length;
    return { sample: createPlaneSampler(plane), output };
  });
  return {
    width,
    height,
    frameCount: count,
    draw(index) {
      const view = camera(index / Math.max(1, count - 1));
      for (const { sample, output } of samplers) sample(view, output);
      vignette(luma, view.vignette);
      mark?.(frame);
      return frame;
    },
  };
}
