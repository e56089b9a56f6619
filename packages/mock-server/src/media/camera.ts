import { seededRandom } from "./seeded-random.js";

/** The part of the picture a frame shows, as fractions of its width and height. */
export interface View {
  readonly left: number;
  readonly top: number;
  /** Width and height of the part; 1 shows all. */
  readonly size: number;
  /** How far the vignette has set in, 0 to 1. */
  readonly vignette: number;
}

/** Where the camera is at a moment of the video, from 0 (first frame) to 1 (last). */
export type Camera = (progress: number) => View;

/**
 * A slow zoom towards a point chosen by the seed. It starts exactly at the full picture, gathers speed, and slows down
 * at the end. A faint vignette sets in on the way, so that even a picture of one colour changes.
 */
export function createCamera(seed: string): Camera {
  const random = seededRandom(`camera:${seed}`);
  const zoom = 1.14 + 0.08 * random();
  const towardsX = random();
  const towardsY = random();
  return (progress) => {
    const moved = ease(progress);
    const size = 1 / (1 + (zoom - 1) * moved);
    return { left: (1 - size) * towardsX, top: (1 - size) * towardsY, size, vignette: moved };
  };
}

/** Half a cosine wave mixed with a straight line: it never stands still, yet starts and ends gently. */
function ease(progress: number): number {
  return 0.7 * (0.5 - Math.cos(Math.PI * progress) / 2) + 0.3 * progress;
}
