import type { Orientation } from "../image-header.js";

const exifPrefix = [0x45, 0x78, 0x69, 0x66, 0, 0];
const orientationTag = 0x0112;
const shortType = 3;
const entryBytes = 12;

/** Whether an APP1 payload is an EXIF block (APP1 also carries XMP). */
export function isExif(payload: Uint8Array): boolean {
  return exifPrefix.every((byte, index) => payload[index] === byte);
}

/**
 * The orientation stated by an EXIF block, in either byte order.
 *
 * @param payload an APP1 payload that begins with "Exif", possibly cut short
 * @returns 1 where the block states no orientation, or nonsense
 */
export function readExifOrientation(payload: Uint8Array): Orientation {
  const tiff = payload.subarray(exifPrefix.length);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (view.byteLength < 8) return 1;
  const byteOrder = view.getUint16(0);
  if (byteOrder !== 0x4949 && byteOrder !== 0x4d4d) return 1;
  return orientationInDirectory(view, byteOrder === 0x4949);
}

function orientationInDirectory(view: DataView, littleEndian: boolean): Orientation {
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) return 1;
  const entries = view.getUint16(directory, littleEndian);
  for (let index = 0; index < entries; index += 1) {
    const entry = directory + 2 + index * entryBytes;
    if (entry + entryBytes > view.byteLength) return 1;
    if (view.getUint16(entry, littleEndian) !== orientationTag) continue;
    if (view.getUint16(entry + 2, littleEndian) !== shortType) return 1;
    return asOrientation(view.getUint16(entry + 8, littleEndian));
  }
  return 1;
}

function asOrientation(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}
