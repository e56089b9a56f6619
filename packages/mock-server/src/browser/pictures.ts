import { readImageHeader } from "@klingkit/spec/image-header";
import { maxPicturePixels } from "@klingkit/spec/picture";
import type { Pixels } from "../media/pixels.js";
import { PictureDecodeError } from "../media/renderer.js";
import { videoSize } from "../media/video-size.js";

/**
 * Decodes a JPEG or PNG, turned as its EXIF orientation says and put on white, and scales it to the size of its result.
 *
 * @param longSide wanted longer side in pixels
 * @throws {PictureDecodeError} where the bytes are no picture, a damaged one, or one too large
 */
export async function decodePicture(bytes: Uint8Array, longSide: number): Promise<Pixels> {
  const header = readImageHeader(bytes);
  if (header.kind === "unreadable") throw new PictureDecodeError("The picture is not a readable JPEG or PNG.");
  if (header.width * header.height > maxPicturePixels)
    throw new PictureDecodeError(`The picture has ${header.width}x${header.height} pixels, more than can be decoded.`);
  const size = videoSize(header, longSide);
  const bitmap = await decode(bytes, header.format);
  const canvas = contextOf(size);
  canvas.fillStyle = "white";
  canvas.fillRect(0, 0, size.width, size.height);
  canvas.drawImage(bitmap, 0, 0, size.width, size.height);
  bitmap.close();
  return { ...size, data: withoutAlpha(canvas.getImageData(0, 0, size.width, size.height).data) };
}

async function decode(bytes: Uint8Array, format: string): Promise<ImageBitmap> {
  try {
    const blob = new Blob([Uint8Array.from(bytes)], { type: `image/${format}` });
    // Profiles are ignored, as in the other renderer: pixel values stay what they are.
    return await createImageBitmap(blob, { imageOrientation: "from-image", colorSpaceConversion: "none" });
  } catch {
    throw new PictureDecodeError(`The ${format.toUpperCase()} is damaged, cut short or of an unsupported kind.`);
  }
}

/** Encodes pixels to a PNG. */
export async function encodePicture(pixels: Pixels): Promise<Uint8Array> {
  const context = contextOf(pixels);
  const image = context.createImageData(pixels.width, pixels.height);
  for (let from = 0, to = 0; from < pixels.data.length; from += 3, to += 4) {
    image.data.set(pixels.data.subarray(from, from + 3), to);
    image.data[to + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  const blob = await context.canvas.convertToBlob({ type: "image/png" });
  return new Uint8Array(await blob.arrayBuffer());
}

function contextOf({ width, height }: { width: number; height: number }): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser can't draw outside the screen.");
  context.imageSmoothingQuality = "high";
  return context;
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8ClampedArray {
  const rgb = new Uint8ClampedArray((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}
