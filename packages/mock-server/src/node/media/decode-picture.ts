import { type ReadableImageHeader, readImageHeader } from "@klingkit/spec/image-header";
import { maxPicturePixels } from "@klingkit/spec/picture";
import { messageOf } from "@klingkit/spec/web";
import sharp, { type Sharp } from "sharp";
import type { Pixels, Size } from "../../media/pixels.js";
import { PictureDecodeError } from "../../media/renderer.js";
import { videoSize } from "../../media/video-size.js";

// One picture at a time, never the same one again: more threads and sharp's own cache would only take memory.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a JPEG or PNG, turned as its EXIF orientation says and put on white, and scales it to the size of its result.
 *
 * @param longSide wanted longer side in pixels
 * @throws {PictureDecodeError} where the bytes are no picture, a damaged one, or one too large
 */
export async function decodePicture(bytes: Uint8Array, longSide: number): Promise<Pixels> {
  const header = usableHeader(bytes);
  const size = videoSize(header, longSide);
  try {
    // Profiles are ignored, as the usual picture tools behind such services do: pixel values stay what they are.
    const picture = sharp(bytes, { failOn: "error", limitInputPixels: maxPicturePixels, ignoreIcc: true });
    const { space } = await picture.metadata();
    // The size follows our own header reader, so its word on the orientation counts too.
    if (header.orientation !== 1) picture.autoOrient();
    // sharp shifts what it enlarges by up to half a pixel: made four times as large first, the shift all but vanishes.
    const detour = header.width < size.width ? 4 : 1;
    const large = { width: size.width * detour, height: size.height * detour };
    picture.resize({ ...large, fit: "fill" });
    const pixels = { ...large, data: space === "cmyk" ? await inkedPixels(picture) : await plainPixels(picture) };
    return detour === 1 ? pixels : await shrink(pixels, size);
  } catch (error) {
    const [reason] = messageOf(error).split("\n", 1);
    const format = header.format.toUpperCase();
    throw new PictureDecodeError(`The ${format} is damaged, cut short or of an unsupported kind (${reason}).`);
  }
}

async function shrink({ width, height, data }: Pixels, size: Size): Promise<Pixels> {
  const raw = { width, height, channels: 3 } as const;
  const shrunk = await sharp(data, { raw })
    .resize({ ...size, fit: "fill" })
    .raw()
    .toBuffer();
  return { ...size, data: new Uint8ClampedArray(shrunk) };
}

function usableHeader(bytes: Uint8Array): ReadableImageHeader {
  const header = readImageHeader(bytes);
  if (header.kind === "unreadable") {
    const what = header.detectedFormat === undefined ? "" : ` (it looks like ${header.detectedFormat})`;
    throw new PictureDecodeError(`The picture is not a readable JPEG or PNG${what}.`);
  }
  const { width, height } = header;
  if (width * height <= maxPicturePixels) return header;
  const limit = `${maxPicturePixels / 1_000_000} megapixels`;
  throw new PictureDecodeError(`The picture has ${width}x${height} pixels, more than ${limit}.`);
}

async function plainPixels(picture: Sharp): Promise<Uint8ClampedArray> {
  const data = await picture.flatten({ background: "white" }).toColourspace("srgb").removeAlpha().raw().toBuffer();
  return new Uint8ClampedArray(data);
}

/** Takes the inks as they are: sharp would pass them through a printing profile, which no browser does. */
async function inkedPixels(picture: Sharp): Promise<Uint8ClampedArray> {
  const inks = await picture.pipelineColourspace("cmyk").toColourspace("cmyk").raw().toBuffer();
  const light = (at: number) => 255 - (inks[at] ?? 0);
  const data = new Uint8ClampedArray((inks.length / 4) * 3);
  for (let at = 0, to = 0; at < inks.length; at += 4, to += 3) {
    const black = light(at + 3) / 255;
    for (let ink = 0; ink < 3; ink += 1) data[to + ink] = light(at + ink) * black;
  }
  return data;
}
