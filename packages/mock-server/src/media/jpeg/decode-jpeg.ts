import type { Pixels, Size } from "../pixels.js";
import { PictureDecodeError } from "../renderer.js";
import { createRowScaler } from "../row-scaler.js";
import { colourModel } from "./colour-model.js";
import type { BlockSize } from "./inverse-transform.js";
import type { JpegFrame } from "./jpeg-frame.js";
import { createRowEmitter, scaledExtent } from "./picture-rows.js";
import { decodeScan } from "./scan-decoder.js";
import { JpegSegments, type ScanHeader } from "./segments.js";

/** More scans than any encoder writes; without a limit a small file could keep the decoder busy for hours. */
const MOST_SCANS = 200;

/**
 * Decodes a JPEG at a given size, without its EXIF rotation.
 *
 * A picture much larger than wanted is decoded at 1/2, 1/4 or 1/8, and one stored in a single scan passes through row by
 * row, so the memory depends on the wanted size; a progressive one needs two bytes a sample on top.
 *
 * @throws {PictureDecodeError} where the data is damaged, cut short or of an unsupported kind
 */
export function decodeJpeg(bytes: Uint8Array, target: Size): Pixels {
  const segments = new JpegSegments(bytes);
  for (let scans = 0; scans < MOST_SCANS; scans += 1) {
    const header = segments.nextScan();
    const { frame } = segments;
    if (frame === undefined) throw new PictureDecodeError("The JPEG has no frame header.");
    if (header === undefined) {
      if (scans === 0) throw new PictureDecodeError("The JPEG holds no picture data.");
      return finishHeld(segments, frame, target);
    }
    if (!frame.progressive && header.components.length === frame.components.length) {
      return decodeInOnePass(segments, frame, header, target);
    }
    if (scans === 0) holdAllBlocks(frame);
    segments.position = decodeScan(bytes, header.position, { ...header, frame });
  }
  throw new PictureDecodeError("The JPEG has too many scans.");
}

/** The smallest decoding size that is still at least as large as wanted. */
function chooseBlockSize(frame: JpegFrame, target: Size): BlockSize {
  const sizes: readonly BlockSize[] = [1, 2, 4];
  const fits = (size: BlockSize) => {
    const extent = scaledExtent(frame, size);
    return extent.width >= target.width && extent.height >= target.height;
  };
  return sizes.find(fits) ?? 8;
}

function prepare(segments: JpegSegments, frame: JpegFrame, target: Size) {
  const blockSize = chooseBlockSize(frame, target);
  const extent = scaledExtent(frame, blockSize);
  const source = { width: Math.ceil(extent.width), height: Math.ceil(extent.height) };
  const scaler = createRowScaler(source, target, extent);
  const model = colourModel({
    adobeTransform: segments.adobeTransform,
    isJfif: segments.isJfif,
    componentIds: frame.components.map((component) => component.id),
  });
  const emitRow = createRowEmitter(frame, blockSize, model, (row) => scaler.push(row));
  return { scaler, emitRow };
}

function decodeInOnePass(segments: JpegSegments, frame: JpegFrame, header: ScanHeader, target: Size): Pixels {
  const { scaler, emitRow } = prepare(segments, frame, target);
  for (const component of frame.components) {
    component.coefficients = new Int16Array(component.blocksPerLine * component.down * 64);
  }
  const onRow = (row: number): void => {
    emitRow(row, 0);
    for (const component of frame.components) component.coefficients.fill(0);
  };
  decodeScan(segments.bytes, header.position, { ...header, frame, onRow });
  return scaler.finish();
}

function holdAllBlocks(frame: JpegFrame): void {
  for (const component of frame.components) {
    component.coefficients = new Int16Array(component.blocksPerLine * frame.mcusPerColumn * component.down * 64);
  }
}

function finishHeld(segments: JpegSegments, frame: JpegFrame, target: Size): Pixels {
  const { scaler, emitRow } = prepare(segments, frame, target);
  for (let row = 0; row < frame.mcusPerColumn; row += 1) emitRow(row, row);
  return scaler.finish();
}
