import { PictureDecodeError } from "../renderer.js";
import { type ColourModel, convertRow } from "./colour-model.js";
import { type BlockSize, createInverseTransform, type InverseTransform } from "./inverse-transform.js";
import type { JpegComponent, JpegFrame } from "./jpeg-frame.js";

/** Takes finished rows of RGB, from the top. */
export type RowTarget = (row: Uint8ClampedArray) => void;

interface Plane {
  readonly component: JpegComponent;
  readonly quantization: Uint16Array;
  readonly transform: InverseTransform;
  readonly blockSize: BlockSize;
  readonly stride: number;
  readonly samples: Uint8ClampedArray;
  /** For each column of the picture, the plane's column. */
  readonly columns: Int32Array;
  /** Rows of this plane for one row of the picture. */
  readonly rowStep: number;
}

/** Size of a frame whose blocks are decoded to `blockSize` samples a side; fractions belong to a cut-off last block. */
export function scaledExtent(frame: JpegFrame, blockSize: BlockSize) {
  return { width: (frame.width * blockSize) / 8, height: (frame.height * blockSize) / 8 };
}

/**
 * Turns coefficients into rows of RGB, one row of MCUs at a time.
 *
 * @param blockSize samples a side to which a full-resolution block is decoded
 * @returns a function taking the row's number and the index of the row's first block row in the coefficients
 */
export function createRowEmitter(frame: JpegFrame, blockSize: BlockSize, model: ColourModel, emit: RowTarget) {
  const extent = scaledExtent(frame, blockSize);
  const width = Math.ceil(extent.width);
  const height = Math.ceil(extent.height);
  const planes = frame.components.map((component) => createPlane(frame, component, blockSize));
  const samples = new Uint8ClampedArray(width * planes.length);
  const row = new Uint8ClampedArray(width * 3);
  const rowsPerMcu = frame.maxDown * blockSize;
  return (mcuRow: number, heldRow: number): void => {
    for (const plane of planes) transformMcuRow(plane, heldRow * plane.component.down);
    const count = Math.min(rowsPerMcu, height - mcuRow * rowsPerMcu);
    for (let line = 0; line < count; line += 1) {
      planes.forEach((plane, channel) => {
        gatherRow(plane, line, { samples, channel, channels: planes.length });
      });
      convertRow(model, samples, row);
      emit(row);
    }
  };
}

function createPlane(frame: JpegFrame, component: JpegComponent, blockSize: BlockSize): Plane {
  const { quantization } = component;
  if (quantization === undefined) throw new PictureDecodeError("The JPEG lacks a quantisation table.");
  const own = ownBlockSize(frame, component, blockSize);
  const stride = component.blocksPerLine * own;
  const columnStep = (component.across * own) / (frame.maxAcross * blockSize);
  const width = Math.ceil(scaledExtent(frame, blockSize).width);
  const columns = Int32Array.from({ length: width }, (_, column) => Math.floor((column + 0.5) * columnStep));
  return {
    component,
    quantization,
    transform: createInverseTransform(own),
    blockSize: own,
    stride,
    samples: new Uint8ClampedArray(stride * component.down * own),
    columns,
    rowStep: (component.down * own) / (frame.maxDown * blockSize),
  };
}

/** A channel stored at half size needs no enlarging when its blocks are decoded at twice the picture's block size. */
function ownBlockSize(frame: JpegFrame, { across, down }: JpegComponent, blockSize: BlockSize): BlockSize {
  let own = blockSize;
  let share = 2;
  while (own < 8 && across * share <= frame.maxAcross && down * share <= frame.maxDown) {
    own = (own * 2) as BlockSize;
    share *= 2;
  }
  return own;
}

function transformMcuRow(plane: Plane, firstBlockRow: number): void {
  const { component, blockSize, stride, samples, quantization } = plane;
  const block = { coefficients: component.coefficients, base: 0, quantization };
  const output = { samples, at: 0, stride };
  for (let row = 0; row < component.down; row += 1) {
    block.base = (firstBlockRow + row) * component.blocksPerLine * 64;
    for (let column = 0; column < component.blocksPerLine; column += 1, block.base += 64) {
      output.at = row * blockSize * stride + column * blockSize;
      plane.transform(block, output);
    }
  }
}

interface Interleaved {
  readonly samples: Uint8ClampedArray;
  readonly channel: number;
  readonly channels: number;
}

/** Copies one row of a plane into every n-th sample, enlarging the plane to the picture's size. */
function gatherRow(plane: Plane, line: number, { samples, channel, channels }: Interleaved): void {
  const { columns } = plane;
  const start = Math.floor((line + 0.5) * plane.rowStep) * plane.stride;
  for (let column = 0, to = channel; column < columns.length; column += 1, to += channels) {
    samples[to] = plane.samples[start + (columns[column] as number)] as number;
  }
}
