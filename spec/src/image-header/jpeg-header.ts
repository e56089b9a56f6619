import type { ImageHeader, Orientation } from "../image-header.js";
import { isExif, readExifOrientation } from "./exif-orientation.js";

const startOfScan = 0xda;
const endOfImage = 0xd9;
const app1 = 0xe1;

interface StoredSize {
  readonly width: number;
  readonly height: number;
}

/** Reads a JPEG's size and orientation; the bytes are known to begin with FF D8. */
export function readJpegHeader(bytes: Uint8Array): ImageHeader {
  let size: StoredSize | undefined;
  let orientation: Orientation | undefined;
  let position = 2;
  for (;;) {
    const markerAt = findMarker(bytes, position);
    const marker = bytes[markerAt];
    if (marker === undefined) return conclude(size, orientation, "truncated");
    if (marker === startOfScan || marker === endOfImage) return conclude(size, orientation, "not-an-image");
    position = markerAt + 1;
    if (isStandalone(marker)) continue;
    const length = readUint16(bytes, position);
    if (length === undefined) return conclude(size, orientation, "truncated");
    if (length < 2) return conclude(size, orientation, "not-an-image");
    const payload = bytes.subarray(position + 2, position + length);
    // EXIF may follow the frame header, and only the first EXIF block counts.
    if (marker === app1 && orientation === undefined && isExif(payload)) orientation = readExifOrientation(payload);
    if (isStartOfFrame(marker)) size ??= readFrameSize(payload);
    position += length;
  }
}

/** Index of the next marker code: past stray bytes, then past any number of FF fill bytes. */
function findMarker(bytes: Uint8Array, from: number): number {
  let position = from;
  while (position < bytes.length && bytes[position] !== 0xff) position += 1;
  while (position < bytes.length && bytes[position] === 0xff) position += 1;
  return position;
}

function isStandalone(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** SOF0 to SOF15, without DHT (C4), JPG (C8) and DAC (CC), which share the range. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrameSize(payload: Uint8Array): StoredSize | undefined {
  const height = readUint16(payload, 1);
  const width = readUint16(payload, 3);
  return width === undefined || height === undefined ? undefined : { width, height };
}

function readUint16(bytes: Uint8Array, at: number): number | undefined {
  const high = bytes[at];
  const low = bytes[at + 1];
  return high === undefined || low === undefined ? undefined : high * 256 + low;
}

function conclude(
  size: StoredSize | undefined,
  orientation: Orientation = 1,
  reason: "truncated" | "not-an-image",
): ImageHeader {
  if (size === undefined) return { kind: "unreadable", reason, detectedFormat: "JPEG" };
  // Height 0 means "stated after the first scan" (DNL), which no camera writes and few viewers accept.
  if (size.width === 0 || size.height === 0) {
    return { kind: "unreadable", reason: "not-an-image", detectedFormat: "JPEG" };
  }
  const swapped = orientation >= 5;
  return {
    kind: "image",
    format: "jpeg",
    width: swapped ? size.height : size.width,
    height: swapped ? size.width : size.height,
    storedWidth: size.width,
    storedHeight: size.height,
    orientation,
  };
}
