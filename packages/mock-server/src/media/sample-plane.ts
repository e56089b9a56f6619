import type { View } from "./camera.js";
import type { Plane } from "./i420.js";

const taps = 4;
/** Samples repeated beyond each edge, so that the four taps of an edge pixel need no special case. */
const margin = 2;
/** Weights are whole numbers out of 1024, so that two passes over bytes stay within 32 bits. */
const weightBits = 10;
/** Added before both passes' weights are divided out, to round. */
const half = 1 << (2 * weightBits - 1);

/** For every target sample: the first of four neighbouring source samples (margin included), and their weights. */
interface AxisTaps {
  readonly first: Int32Array;
  readonly weights: Int32Array;
}

/** Writes the part of a plane that a view shows, enlarged to the plane's full size. */
export type PlaneSampler = (view: View, output: Uint8ClampedArray) => void;

/**
 * A sampler with sub-pixel precision (Catmull-Rom); a view of the whole plane copies it exactly.
 *
 * The inner loops run some fifty million times a video: whole numbers and Math.imul keep them four times as fast as
 * ordinary multiplication.
 */
export function createPlaneSampler(plane: Plane): PlaneSampler {
  const { width, height } = plane;
  const stride = width + 2 * margin;
  const source = addMargin(plane);
  const halfway = new Int32Array(width * (height + 2 * margin));

  return (view, output) => {
    const across = axisTaps(width, view.left, view.size);
    const down = axisTaps(height, view.top, view.size);
    const lastNeeded = (down.first.at(-1) ?? 0) + taps;
    for (let row = down.first[0] ?? 0; row < lastNeeded; row += 1)
      spreadRow(source.subarray(row * stride), across, halfway.subarray(row * width, (row + 1) * width));
    for (let row = 0; row < height; row += 1) {
      const weights = down.weights.subarray(row * taps, row * taps + taps);
      const rows = halfway.subarray((down.first[row] ?? 0) * width);
      blendRows(rows, weights, output.subarray(row * width, (row + 1) * width));
    }
  };
}

/** Stretches one source row; the result still carries the weights' factor. */
function spreadRow(row: Uint8Array, { first, weights }: AxisTaps, output: Int32Array): void {
  for (let column = 0, tap = 0; column < output.length; column += 1, tap += taps) {
    const from = first[column] as number;
    output[column] =
      Math.imul(weights[tap] as number, row[from] as number) +
      Math.imul(weights[tap + 1] as number, row[from + 1] as number) +
      Math.imul(weights[tap + 2] as number, row[from + 2] as number) +
      Math.imul(weights[tap + 3] as number, row[from + 3] as number);
  }
}

/** Blends the first four of the stretched rows into one finished row. */
function blendRows(rows: Int32Array, weights: Int32Array, output: Uint8ClampedArray): void {
  const [weight1 = 0, weight2 = 0, weight3 = 0, weight4 = 0] = weights;
  const width = output.length;
  for (let column = 0; column < width; column += 1) {
    const sum =
      Math.imul(weight1, rows[column] as number) +
      Math.imul(weight2, rows[column + width] as number) +
      Math.imul(weight3, rows[column + 2 * width] as number) +
      Math.imul(weight4, rows[column + 3 * width] as number);
    output[column] = (sum + half) >> (2 * weightBits);
  }
}

function addMargin({ width, height, data }: Plane): Uint8Array {
  const stride = width + 2 * margin;
  const padded = new Uint8Array(stride * (height + 2 * margin));
  for (let row = 0; row < height + 2 * margin; row += 1) {
    const from = clamp(row - margin, height) * width;
    for (let column = 0; column < stride; column += 1) {
      padded[row * stride + column] = data[from + clamp(column - margin, width)] as number;
    }
  }
  return padded;
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}

function axisTaps(length: number, offset: number, size: number): AxisTaps {
  const first = new Int32Array(length);
  const weights = new Int32Array(length * taps);
  for (let target = 0; target < length; target += 1) {
    const centre = offset * length + (target + 0.5) * size - 0.5;
    const base = Math.floor(centre);
    const [before, , after, last] = catmullRomWeights(centre - base);
    const at = target * taps;
    weights[at] = Math.round(before * 2 ** weightBits);
    weights[at + 2] = Math.round(after * 2 ** weightBits);
    weights[at + 3] = Math.round(last * 2 ** weightBits);
    // The second weight takes up the rounding of the others: a flat area must keep its value.
    weights[at + 1] = 2 ** weightBits - (weights[at] ?? 0) - (weights[at + 2] ?? 0) - (weights[at + 3] ?? 0);
    // A rounding error must not push the taps beyond the margin.
    first[target] = Math.max(0, Math.min(length - 2 + margin, base - 1 + margin));
  }
  return { first, weights };
}

/**
 * The four weights of a Catmull-Rom spline between its second and third sample.
 *
 * @param t position between those two, 0 to 1; at 0 the second sample alone counts
 */
function catmullRomWeights(t: number): [number, number, number, number] {
  const t2 = t * t;
  const t3 = t2 * t;
  return [(2 * t2 - t3 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (4 * t2 - 3 * t3 + t) / 2, (t3 - t2) / 2];
}
