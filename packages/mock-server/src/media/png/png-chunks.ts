import { PictureDecodeError } from "../renderer.js";

/** The parts of a PNG that decide its pixels. */
export interface PngParts {
  readonly width: number;
  readonly height: number;
  /** Bits a channel: 1, 2, 4, 8 or 16. */
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colourType: number;
  readonly interlaced: boolean;
  /** Three bytes an entry; empty without a palette. */
  readonly palette: Uint8Array;
  /** The tRNS chunk: alpha values of palette entries, or the one transparent colour. */
  readonly transparency: Uint8Array | undefined;
  /** The compressed pixels, in pieces. */
  readonly data: readonly Uint8Array[];
}

const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Takes a PNG apart; its header is known to be sound.
 *
 * @throws {PictureDecodeError} where chunks are missing or contradict each other
 */
export function readPngChunks(bytes: Uint8Array): PngParts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  let palette = new Uint8Array(0);
  let transparency: Uint8Array | undefined;
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IDAT") data.push(body);
    else if (type === "PLTE") palette = body.slice();
    else if (type === "tRNS") transparency = body;
    else if (type === "IEND") break;
    at += length + 12;
  }
  const header = readHeader(bytes, view);
  if (data.length === 0) throw new PictureDecodeError("The PNG holds no picture data.");
  if (header.colourType === 3 && palette.length < 3) throw new PictureDecodeError("The PNG lacks its palette.");
  return { ...header, palette, transparency, data };
}

function readHeader(bytes: Uint8Array, view: DataView) {
  const [bitDepth = 0, colourType = 0, compression = 0, filtering = 0, interlacing = 0] = bytes.subarray(24, 29);
  const sound = DEPTHS[colourType]?.includes(bitDepth) && compression === 0 && filtering === 0 && interlacing <= 1;
  if (!sound) throw new PictureDecodeError("The PNG's header is damaged.");
  return { width: view.getUint32(16), height: view.getUint32(20), bitDepth, colourType, interlaced: interlacing === 1 };
}
