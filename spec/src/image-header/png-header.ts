import type { ImageHeader } from "../image-header.js";

const largestSide = 0x7fffffff;

/** Reads a PNG's size; the bytes are known to begin like the PNG signature. */
export function readPngHeader(bytes: Uint8Array): ImageHeader {
  const unreadable = { kind: "unreadable", detectedFormat: "PNG" } as const;
  if (bytes.length < 24) return { ...unreadable, reason: "truncated" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const firstChunk = String.fromCharCode(...bytes.subarray(12, 16));
  // Apple's build tools write a variant that only Apple's software opens.
  if (firstChunk === "CgBI") return { ...unreadable, reason: "unsupported-format", detectedFormat: "Apple CgBI PNG" };
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const sound = width >= 1 && height >= 1 && width <= largestSide && height <= largestSide;
  if (firstChunk !== "IHDR" || view.getUint32(8) !== 13 || !sound) return { ...unreadable, reason: "not-an-image" };
  return { kind: "image", format: "png", width, height, storedWidth: width, storedHeight: height, orientation: 1 };
}
