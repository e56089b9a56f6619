import { readImageHeader } from "./image-header.js";
import type { ImageLimits } from "./operation.js";
import { decodeBase64 } from "./web/base64.js";

/** More decoded pixels than this are refused: a small file can unfold into gigabytes. klingkit's limit, not the provider's. */
export const maxPicturePixels = 64_000_000;

/** A problem with a picture, and the advice. The caller knows which field the picture is from. */
export interface PictureProblem {
  readonly what: string;
  readonly advice: string;
  /** Set where a side is too short: the provider accepts such a picture, and fails its task with words of its own. */
  readonly isTooSmall?: true;
}

/** The bytes behind raw base64; undefined where it isn't base64. White space is let through. */
export function base64Bytes(text: string): Uint8Array | undefined {
  return decodeBase64(/\s/.test(text) ? text.replaceAll(/\s+/g, "") : text);
}

/** Checks a picture's header bytes and size against the contract's limits, before anything is sent. */
export function checkPicture(bytes: Uint8Array, limits: ImageLimits): PictureProblem | undefined {
  const header = readImageHeader(bytes);
  if (header.kind === "unreadable") return unreadable(header.reason, header.detectedFormat);
  if (!limits.formats.includes(header.format)) return unreadable("unsupported-format", header.format);
  return sizeProblem(bytes.length, limits.maxBytes) ?? checkDimensions(header.width, header.height, limits);
}

/** Readers stop after so many times the allowed bytes; what is smaller is read whole, so that a wrong format is named first. */
export const readFactor = 4;

/** The problem of a file or stream with more bytes than are allowed. */
export function sizeProblem(bytes: number, maxBytes: number): PictureProblem | undefined {
  if (bytes <= maxBytes) return undefined;
  const limit = maxBytes / 1_048_576;
  const most = limit * readFactor;
  const size = bytes / 1_048_576;
  const given = size > most ? `more than ${most}` : size.toFixed(1);
  return { what: `is ${given} MB; at most ${limit} MB are accepted`, advice: "Save it smaller." };
}

function checkDimensions(width: number, height: number, limits: ImageLimits): PictureProblem | undefined {
  const size = `is ${width} × ${height} pixels`;
  if (width * height > maxPicturePixels) {
    return {
      what: `${size}; at most ${maxPicturePixels / 1_000_000} megapixels are accepted`,
      advice: "Scale it down.",
    };
  }
  if (limits.minSide !== undefined && Math.min(width, height) < limits.minSide) {
    return {
      what: `${size}; each side needs at least ${limits.minSide}`,
      advice: "Use a larger picture.",
      isTooSmall: true,
    };
  }
  const ratio = width / height;
  const { minRatio = 0, maxRatio = Number.POSITIVE_INFINITY } = limits;
  if (ratio < minRatio || ratio > maxRatio) {
    return {
      what: `${size}, a ratio of ${ratio.toFixed(3)}:1; it must lie between 1:${1 / minRatio} and ${maxRatio}:1`,
      advice: "Crop it.",
    };
  }
  return undefined;
}

function unreadable(reason: string, detected: string | undefined): PictureProblem {
  if (reason === "empty") return { what: "is empty", advice: "Give a JPEG or PNG picture." };
  if (reason === "truncated") return { what: "is cut off or damaged", advice: "Save it again." };
  const what = detected ? `is ${detected}, not a JPEG or PNG` : "is not a picture";
  return { what, advice: "Save it as JPEG or PNG; the content counts, not the file's name." };
}
