import type { PngParts } from "./png-chunks.js";

/** Turns the samples of one unfiltered row into RGB on white. */
export type RowExpander = (row: Uint8Array, output: Uint8ClampedArray) => void;

/** Channels a pixel for each colour type. */
export const PNG_CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The expander for a PNG's colour type and depth; 16-bit samples keep their high byte. */
export function createRowExpander(parts: PngParts): RowExpander {
  if (parts.colourType === 3) return expandPalette(parts);
  if (parts.colourType === 0 && parts.bitDepth < 8) return expandSmallGrey(parts);
  return expandChannels(parts);
}

/** The value of a sample narrower than a byte. */
function smallSample(row: Uint8Array, index: number, bitDepth: number): number {
  const bit = index * bitDepth;
  return ((row[bit >> 3] as number) >> (8 - bitDepth - (bit & 7))) & ((1 << bitDepth) - 1);
}

function onWhite(value: number, alpha: number): number {
  return 255 + ((value - 255) * alpha) / 255;
}

function expandPalette({ palette, transparency, bitDepth }: PngParts): RowExpander {
  const colours = new Uint8ClampedArray(256 * 3);
  for (let index = 0; index < colours.length; index += 1) {
    colours[index] = onWhite(palette[index] ?? 0, transparency?.[Math.floor(index / 3)] ?? 255);
  }
  return (row, output) => {
    for (let pixel = 0, to = 0; to < output.length; pixel += 1, to += 3) {
      const from = smallSample(row, pixel, bitDepth) * 3;
      output[to] = colours[from] as number;
      output[to + 1] = colours[from + 1] as number;
      output[to + 2] = colours[from + 2] as number;
    }
  };
}

function expandSmallGrey({ transparency, bitDepth }: PngParts): RowExpander {
  const transparent = transparency === undefined ? -1 : (transparency[1] ?? 0);
  const scale = 255 / ((1 << bitDepth) - 1);
  return (row, output) => {
    for (let pixel = 0; pixel * 3 < output.length; pixel += 1) {
      const sample = smallSample(row, pixel, bitDepth);
      output.fill(sample === transparent ? 255 : sample * scale, pixel * 3, pixel * 3 + 3);
    }
  };
}

function expandChannels({ colourType, bitDepth, transparency }: PngParts): RowExpander {
  const bytes = bitDepth / 8;
  const pixelBytes = (PNG_CHANNELS[colourType] ?? 1) * bytes;
  const hasAlpha = colourType >= 4;
  const isGrey = (colourType & 2) === 0;
  const isTransparent = transparentColour(transparency, isGrey ? 1 : 3, bytes);
  return (row, output) => {
    for (let from = 0, to = 0; to < output.length; from += pixelBytes, to += 3) {
      const alpha = hasAlpha ? (row[from + pixelBytes - bytes] as number) : isTransparent?.(row, from) ? 0 : 255;
      for (let channel = 0; channel < 3; channel += 1) {
        const value = row[isGrey ? from : from + channel * bytes] as number;
        output[to + channel] = alpha === 255 ? value : onWhite(value, alpha);
      }
    }
  };
}

/** Whether a pixel is exactly the colour that tRNS declares transparent; undefined where there is none. */
function transparentColour(transparency: Uint8Array | undefined, channels: number, bytes: number) {
  if (transparency === undefined || transparency.length < channels * 2) return undefined;
  const wanted = Array.from({ length: channels * bytes }, (_, index) =>
    bytes === 2 ? transparency[index] : transparency[index * 2 + 1],
  );
  return (row: Uint8Array, from: number): boolean => wanted.every((byte, index) => row[from + index] === byte);
}
