/** Turns one block of coefficients into `size` × `size` samples. */
export type InverseTransform = (block: BlockInput, output: BlockOutput) => void;

/** A block: 64 coefficients from index `base`, and the 64 quantisation steps, both in natural order. */
export interface BlockInput {
  readonly coefficients: Int16Array;
  base: number;
  readonly quantization: Uint16Array;
}

/** Where the samples go: from index `at`, with `stride` samples from one row to the next. */
export interface BlockOutput {
  readonly samples: Uint8ClampedArray;
  at: number;
  readonly stride: number;
}

/** Samples a block is decoded to along each side; below 8 the picture comes out smaller, at a fraction of the work. */
export type BlockSize = 1 | 2 | 4 | 8;

/**
 * The inverse cosine transform at one of four sizes. A smaller one uses only the lowest frequencies, which is the same
 * as decoding in full and averaging well.
 */
export function createInverseTransform(size: BlockSize): InverseTransform {
  const basis = cosineBasis(size);
  const halfway = new Float32Array(size * size);
  const workspace = { basis, halfway, size };
  return (block, output) => {
    const hasDetail = size > 1 && spreadRows(block, workspace);
    if (hasDetail) sumColumns(output, workspace);
    else fillFlat(block, output, size);
  };
}

interface Workspace {
  readonly basis: Float32Array;
  readonly halfway: Float32Array;
  readonly size: number;
}

function fillFlat(block: BlockInput, { samples, at, stride }: BlockOutput, size: number): void {
  const level = ((block.coefficients[block.base] ?? 0) * (block.quantization[0] ?? 0)) / 8 + 128;
  for (let row = 0; row < size; row += 1) samples.fill(level, at + row * stride, at + row * stride + size);
}

/** basis[sample × size + frequency]: the share of a frequency in a sample. */
function cosineBasis(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, index) => {
    const frequency = index % size;
    const sample = Math.floor(index / size);
    const weight = frequency === 0 ? Math.SQRT1_2 / 2 : 0.5;
    return weight * Math.cos(((2 * sample + 1) * frequency * Math.PI) / (2 * size));
  });
}

/** First half of the transform, along the rows; tells whether there is anything but the mean. */
function spreadRows(block: BlockInput, { basis, halfway, size }: Workspace): boolean {
  const { coefficients, base, quantization } = block;
  let hasDetail = false;
  halfway.fill(0);
  for (let row = 0; row < size; row += 1) {
    for (let frequency = 0; frequency < size; frequency += 1) {
      const coefficient = coefficients[base + row * 8 + frequency] as number;
      if (coefficient === 0) continue;
      hasDetail ||= row + frequency > 0;
      const value = coefficient * (quantization[row * 8 + frequency] as number);
      for (let sample = 0; sample < size; sample += 1) {
        const index = row * size + sample;
        halfway[index] = (halfway[index] as number) + value * (basis[sample * size + frequency] as number);
      }
    }
  }
  return hasDetail;
}

/** Second half, down the columns. */
function sumColumns({ samples, at, stride }: BlockOutput, { basis, halfway, size }: Workspace): void {
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      let sum = 128;
      for (let index = 0; index < size; index += 1) {
        sum += (basis[row * size + index] as number) * (halfway[index * size + column] as number);
      }
      samples[at + row * stride + column] = sum;
    }
  }
}
