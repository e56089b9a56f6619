import type { RenderRequest } from "./renderer.js";

/** Frames in a video of a given length; at least one. */
export function frameCount({ durationSeconds, framesPerSecond }: RenderRequest): number {
  return Math.max(1, Math.round(durationSeconds * framesPerSecond));
}
