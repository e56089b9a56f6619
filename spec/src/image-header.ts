import { detectFormat } from "./image-header/detect-format.js";
import { readJpegHeader } from "./image-header/jpeg-header.js";
import { readPngHeader } from "./image-header/png-header.js";

/** The eight EXIF orientations; 1 means "as stored", 5 to 8 swap width and height. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** The header of a picture that can be submitted. */
export interface ReadableImageHeader {
  readonly kind: "image";
  readonly format: "jpeg" | "png";
  /** Pixels across as a viewer shows it: after the EXIF rotation. At least 1. */
  readonly width: number;
  /** Pixels down as a viewer shows it: after the EXIF rotation. At least 1. */
  readonly height: number;
  /** Pixels across as stored in the file, before any rotation. */
  readonly storedWidth: number;
  /** Pixels down as stored in the file, before any rotation. */
  readonly storedHeight: number;
  /** EXIF orientation; 1 where the file has no valid one. Always 1 for PNG. */
  readonly orientation: Orientation;
}

/** Why bytes are not a usable picture header. */
export interface UnreadableImageHeader {
  readonly kind: "unreadable";
  /**
   * - `empty`: no bytes at all;
   * - `truncated`: a JPEG or PNG that ends before its size is stated;
   * - `unsupported-format`: a picture, but neither JPEG nor PNG;
   * - `not-an-image`: anything else, a JPEG or PNG whose header is nonsense included.
   */
  readonly reason: "empty" | "not-an-image" | "unsupported-format" | "truncated";
  /** The format the bytes look like, for use in a message: "WebP", "PDF", "HTML". */
  readonly detectedFormat?: string;
}

/** The answer of {@link readImageHeader}. */
export type ImageHeader = ReadableImageHeader | UnreadableImageHeader;

/**
 * Tells format, size and orientation of an encoded picture from its header bytes alone.
 *
 * The pixels are not decoded, so a picture with a good header may still be corrupt further on. The start of a file is
 * enough as long as it reaches the size. Never throws, whatever the bytes; the time is at most linear in their number.
 *
 * @param bytes the encoded file, or its beginning
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) return { kind: "unreadable", reason: "empty" };
  const found = detectFormat(bytes);
  if (found === undefined) return { kind: "unreadable", reason: "not-an-image" };
  if (found.name === "JPEG") return readJpegHeader(bytes);
  if (found.name === "PNG") return readPngHeader(bytes);
  const reason = found.isImage ? "unsupported-format" : "not-an-image";
  return { kind: "unreadable", reason, detectedFormat: found.name };
}
