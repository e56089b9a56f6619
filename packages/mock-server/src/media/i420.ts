import type { Pixels, Size } from "./pixels.js";

/** One channel of a picture, a byte a sample, rows from the top. */
export interface Plane extends Size {
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A picture as brightness and two colour differences at half size: BT.601, limited range (16 to 235). */
export interface I420Picture {
  readonly luma: Plane;
  readonly blueDifference: Plane;
  readonly redDifference: Plane;
}

/** Bytes of one I420 frame. */
export function i420Bytes({ width, height }: Size): number {
  return (width * height * 3) / 2;
}

/** Converts RGB to I420; both sides must be even. */
export function toI420({ width, height, data }: Pixels): I420Picture {
  const luma = new Uint8ClampedArray(width * height);
  for (let pixel = 0, from = 0; pixel < luma.length; pixel += 1, from += 3) {
    luma[pixel] =
      16 +
      0.256788 * (data[from] as number) +
      0.504129 * (data[from + 1] as number) +
      0.097906 * (data[from + 2] as number);
  }
  const half = { width: width / 2, height: height / 2 };
  const blueDifference = new Uint8ClampedArray(half.width * half.height);
  const redDifference = new Uint8ClampedArray(half.width * half.height);
  const rowBytes = width * 3;
  for (let index = 0; index < blueDifference.length; index += 1) {
    const from = Math.floor(index / half.width) * 2 * rowBytes + (index % half.width) * 6;
    const red = blockMean(data, from, rowBytes);
    const green = blockMean(data, from + 1, rowBytes);
    const blue = blockMean(data, from + 2, rowBytes);
    blueDifference[index] = 128 - 0.148223 * red - 0.290993 * green + 0.439216 * blue;
    redDifference[index] = 128 + 0.439216 * red - 0.367788 * green - 0.071427 * blue;
  }
  return {
    luma: { width, height, data: luma },
    blueDifference: { ...half, data: blueDifference },
    redDifference: { ...half, data: redDifference },
  };
}

/** Mean of one channel over the 2 × 2 pixels whose first sample is at `from`. */
function blockMean(data: Uint8ClampedArray, from: number, rowBytes: number): number {
  const top = (data[from] as number) + (data[from + 3] as number);
  const bottom = (data[from + rowBytes] as number) + (data[from + rowBytes + 3] as number);
  return (top + bottom) / 4;
}
