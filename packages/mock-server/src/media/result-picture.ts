import type { Pixels } from "./pixels.js";
import type { PictureRequest } from "./renderer.js";
import { tint } from "./tint.js";
import { markPicture } from "./watermark.js";

/** The result of a request for a picture. A submitted picture is tinted; a generated one differs by its seed already. */
export function resultPicture(pixels: Pixels, { image, seed, watermark }: PictureRequest): Pixels {
  const result = image === undefined ? pixels : tint(pixels, seed);
  if (watermark) markPicture(result);
  return result;
}
