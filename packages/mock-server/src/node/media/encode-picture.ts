import sharp from "sharp";
import type { Pixels } from "../../media/pixels.js";

/** Encodes pixels to a PNG. */
export async function encodePicture({ width, height, data }: Pixels): Promise<Uint8Array> {
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  // A copy, for the library's own memory cannot be handed to another thread.
  return Uint8Array.from(png);
}
