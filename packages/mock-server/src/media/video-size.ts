import type { Size } from "./pixels.js";

/** Shortest side an encoder and players accept without trouble. */
const smallestSide = 16;

/**
 * The size of the video for a picture: the picture's ratio, both sides even.
 *
 * The ratio is kept within 1 % for ratios between 1:2.5 and 2.5:1 at a long side of 640 or more; a far longer and
 * thinner picture is widened to a short side of 16.
 *
 * @param picture size of the picture as shown, in pixels
 * @param longSide wanted longer side in pixels
 */
export function videoSize(picture: Size, longSide: number): Size {
  const scale = longSide / Math.max(picture.width, picture.height);
  return { width: evenSide(picture.width * scale), height: evenSide(picture.height * scale) };
}

function evenSide(length: number): number {
  return Math.max(smallestSide, Math.round(length / 2) * 2);
}
