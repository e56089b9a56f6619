import { PictureDecodeError } from "../renderer.js";
import type { HuffmanTable } from "./huffman-table.js";

/** One colour channel of a JPEG and the state of its decoding. */
export interface JpegComponent {
  readonly id: number;
  /** Blocks across and down in one MCU. */
  readonly across: number;
  readonly down: number;
  readonly quantizationIndex: number;
  /** Blocks in a row, padded to whole MCUs: the layout of `coefficients`. */
  readonly blocksPerLine: number;
  /** Blocks that carry picture, which is what a scan of this component alone holds. */
  readonly ownBlocksPerLine: number;
  readonly ownBlocksPerColumn: number;
  quantization: Uint16Array | undefined;
  /** 64 values a block, in natural (not zigzag) order: all blocks, or those of one row of MCUs. */
  coefficients: Int16Array;
  directTable: HuffmanTable | undefined;
  alternatingTable: HuffmanTable | undefined;
  /** The previous block's DC value. */
  prediction: number;
}

/** What a JPEG's frame header says. */
export interface JpegFrame {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly maxAcross: number;
  readonly maxDown: number;
  readonly mcusPerLine: number;
  readonly mcusPerColumn: number;
  readonly components: readonly JpegComponent[];
}

const BASELINE = 0xc0;
const EXTENDED = 0xc1;
const PROGRESSIVE = 0xc2;

/**
 * Reads a frame header.
 *
 * @param marker second byte of the marker, C0 to CF
 * @param payload the segment without its length
 * @throws {PictureDecodeError} for coding processes outside baseline, extended and progressive Huffman with 8 bits
 */
export function readFrame(marker: number, payload: Uint8Array): JpegFrame {
  if (marker !== BASELINE && marker !== EXTENDED && marker !== PROGRESSIVE) {
    throw new PictureDecodeError("The JPEG uses lossless or arithmetic coding, which is not supported.");
  }
  if (payload[0] !== 8)
    throw new PictureDecodeError("The JPEG has more than 8 bits a channel, which is not supported.");
  const count = payload[5] ?? 0;
  if (payload.length < 6 + count * 3 || ![1, 3, 4].includes(count)) {
    throw new PictureDecodeError("The JPEG's frame header is damaged.");
  }
  const raw = Array.from({ length: count }, (_, index) => readComponent(payload.subarray(6 + index * 3), count));
  const width = (payload[3] ?? 0) * 256 + (payload[4] ?? 0);
  const height = (payload[1] ?? 0) * 256 + (payload[2] ?? 0);
  const maxAcross = Math.max(...raw.map((component) => component.across));
  const maxDown = Math.max(...raw.map((component) => component.down));
  const mcusPerLine = Math.ceil(width / (8 * maxAcross));
  const mcusPerColumn = Math.ceil(height / (8 * maxDown));
  const components = raw.map((component) => ({
    ...component,
    blocksPerLine: mcusPerLine * component.across,
    ownBlocksPerLine: Math.ceil((width * component.across) / maxAcross / 8),
    ownBlocksPerColumn: Math.ceil((height * component.down) / maxDown / 8),
    quantization: undefined,
    coefficients: new Int16Array(0),
    directTable: undefined,
    alternatingTable: undefined,
    prediction: 0,
  }));
  const progressive = marker === PROGRESSIVE;
  return { progressive, width, height, maxAcross, maxDown, mcusPerLine, mcusPerColumn, components };
}

function readComponent(bytes: Uint8Array, count: number) {
  const sampling = bytes[1] ?? 0;
  // A lone component is stored block by block, whatever its sampling factors say.
  const across = count === 1 ? 1 : sampling >> 4;
  const down = count === 1 ? 1 : sampling & 15;
  if (across < 1 || across > 4 || down < 1 || down > 4) {
    throw new PictureDecodeError("The JPEG's frame header is damaged.");
  }
  return { id: bytes[0] ?? 0, across, down, quantizationIndex: bytes[2] ?? 0 };
}
