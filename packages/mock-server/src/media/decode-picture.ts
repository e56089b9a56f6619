import { type ReadableImageHeader, readImageHeader } from "@klingkit/spec/image-header";
import { decodeJpeg } from "./jpeg/decode-jpeg.js";
import { orientPixels, type Pixels, rotatedSize } from "./pixels.js";
import { decodePng } from "./png/decode-png.js";
import { PictureDecodeError } from "./renderer.js";
import { videoSize } from "./video-size.js";

/**
 * Most pixels a picture may have: phone photos of 48 and 50 megapixels pass, a small file that unfolds into gigabytes
 * does not. At the limit an interlaced PNG takes about 200 MB, a progressive JPEG up to 8 bytes a pixel.
 */
export const MOST_PICTURE_PIXELS = 64_000_000;

/**
 * Decodes a JPEG or PNG, turned as its EXIF orientation says, and scales it to the size its video will have.
 *
 * @param longSide wanted longer side in pixels
 * @throws {PictureDecodeError} where the bytes are no picture, a damaged one, or one too large
 */
export async function decodePicture(bytes: Uint8Array, longSide: number): Promise<Pixels> {
  const header = readImageHeader(bytes);
  if (header.kind === "unreadable") {
    const what = header.detectedFormat === undefined ? "" : ` (it looks like ${header.detectedFormat})`;
    throw new PictureDecodeError(`The picture is not a readable JPEG or PNG${what}.`);
  }
  if (header.width * header.height > MOST_PICTURE_PIXELS) {
    const limit = MOST_PICTURE_PIXELS / 1e6;
    throw new PictureDecodeError(
      `The picture has ${header.width}x${header.height} pixels, more than ${limit} megapixels.`,
    );
  }
  return orientPixels(await decodeStored(bytes, header, longSide), header.orientation);
}

async function decodeStored(bytes: Uint8Array, header: ReadableImageHeader, longSide: number): Promise<Pixels> {
  const target = rotatedSize(videoSize(header, longSide), header.orientation);
  return header.format === "jpeg" ? decodeJpeg(bytes, target) : await decodePng(bytes, target);
}
