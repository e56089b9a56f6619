import { PictureDecodeError } from "../renderer.js";
import { BitReader } from "./bit-reader.js";
import { createBlockDecoder } from "./block-decoder.js";
import type { JpegComponent, JpegFrame } from "./jpeg-frame.js";
import type { BlockDecoder, ScanBand } from "./scan-band.js";

/** One scan: the components it interleaves and the band of coefficients it carries. */
export interface JpegScan {
  readonly frame: JpegFrame;
  readonly components: readonly JpegComponent[];
  readonly band: ScanBand;
  /** MCUs between restart markers; 0 for none. */
  readonly restartInterval: number;
  /**
   * Called after each row of MCUs. Where given, every component holds the coefficients of one row only, and this must
   * clear them; where absent, it holds all of them.
   */
  readonly onRow?: (row: number) => void;
}

/**
 * Decodes one scan into its components' coefficients.
 *
 * @param position where the scan's bits begin
 * @returns where they end
 * @throws {PictureDecodeError} where bits are damaged or missing
 */
export function decodeScan(bytes: Uint8Array, position: number, scan: JpegScan): number {
  const reader = new BitReader(bytes, position);
  const run = { left: 0 };
  const decodeBlock = createBlockDecoder(reader, scan.band, run);
  const { perLine, lines, decodeUnit } = planUnits(scan, decodeBlock);
  let untilRestart = scan.restartInterval || Number.POSITIVE_INFINITY;
  for (let line = 0; line < lines; line += 1) {
    for (let column = 0; column < perLine; column += 1) {
      if (untilRestart === 0) {
        restart(bytes, reader, scan.components);
        run.left = 0;
        untilRestart = scan.restartInterval;
      }
      decodeUnit(line, column);
      untilRestart -= 1;
    }
    if (reader.isExhausted) throw new PictureDecodeError("The JPEG's picture data ends early.");
    scan.onRow?.(line);
  }
  return reader.byteOffset;
}

/** How a scan is cut: into MCUs of all its components, or into the blocks of its only one. */
function planUnits(scan: JpegScan, decodeBlock: BlockDecoder) {
  const { frame, components } = scan;
  for (const component of components) component.prediction = 0;
  const [only] = components;
  const rowBase = (component: JpegComponent, blockRow: number) => blockRow * component.blocksPerLine * 64;
  if (components.length === 1 && only !== undefined) {
    return {
      perLine: only.ownBlocksPerLine,
      lines: only.ownBlocksPerColumn,
      decodeUnit: (line: number, column: number) =>
        decodeBlock(only, rowBase(only, scan.onRow === undefined ? line : 0) + column * 64),
    };
  }
  const decodeUnit = (line: number, column: number): void => {
    for (const component of components) {
      const firstRow = scan.onRow === undefined ? line * component.down : 0;
      for (let block = 0; block < component.across * component.down; block += 1) {
        const row = firstRow + Math.floor(block / component.across);
        const inRow = column * component.across + (block % component.across);
        decodeBlock(component, rowBase(component, row) + inRow * 64);
      }
    }
  };
  return { perLine: frame.mcusPerLine, lines: frame.mcusPerColumn, decodeUnit };
}

function restart(bytes: Uint8Array, reader: BitReader, components: readonly JpegComponent[]): void {
  let at = reader.byteOffset;
  while (at < bytes.length && (bytes[at] !== 0xff || bytes[at + 1] === 0 || bytes[at + 1] === 0xff)) at += 1;
  const marker = bytes[at + 1] ?? 0;
  if (reader.isExhausted || marker < 0xd0 || marker > 0xd7) {
    throw new PictureDecodeError("The JPEG's picture data ends early.");
  }
  reader.restartAt(at + 2);
  for (const component of components) component.prediction = 0;
}
