import { i420Bytes } from "./i420.js";
import type { Pixels, Size } from "./pixels.js";

/** Draws the mark into an I420 frame in place. */
export type Watermark = (frame: Uint8Array) => void;

/** Where the label lies, in whole pixels; left and top are even. */
interface Label extends Size {
  readonly left: number;
  readonly top: number;
  /** Whether a pixel, counted from the label's corner, belongs to a letter. */
  isLit(x: number, y: number): boolean;
}

/** The letters of "MOCK", seven rows of dots each. */
const rows = [
  "#...#.#####.#####.#...#",
  "##.##.#...#.#.....#..#.",
  "#.#.#.#...#.#.....#.#..",
  "#.#.#.#...#.#.....##...",
  "#...#.#...#.#.....#.#..",
  "#...#.#...#.#.....#..#.",
  "#...#.#####.#####.#...#",
] as const;
const columns = rows[0].length;
const white = 225;
const neutral = 128;

/** A dark label with the word "MOCK" in the lower right corner, about a seventh of the frame's width. */
export function createWatermark(size: Size): Watermark {
  const { left, top, width, height, isLit } = labelFor(size);
  return (frame) => {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const at = (top + y) * size.width + left + x;
        frame[at] = isLit(x, y) ? white : ((frame[at] ?? 0) + 16) >> 1;
      }
    }
    for (const plane of chromaStarts(size)) {
      for (let y = top / 2; y < (top + height) / 2; y += 1) {
        const row = plane + y * (size.width / 2);
        frame.fill(neutral, row + left / 2, row + (left + width) / 2);
      }
    }
  };
}

/** Draws the same label into a picture in place. */
export function markPicture(pixels: Pixels): void {
  const { left, top, width, height, isLit } = labelFor(pixels);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = ((top + y) * pixels.width + left + x) * 3;
      for (let channel = at; channel < at + 3; channel += 1) {
        pixels.data[channel] = isLit(x, y) ? 255 : (pixels.data[channel] ?? 0) / 2;
      }
    }
  }
}

function labelFor(size: Size): Label {
  // An even dot keeps the label's edges on whole colour samples.
  const dot = Math.max(1, Math.round(size.width / 7 / (columns + 4) / 2)) * 2;
  const width = Math.min(size.width, (columns + 4) * dot);
  const height = Math.min(size.height, (rows.length + 4) * dot);
  return {
    width,
    height,
    left: Math.max(0, size.width - width - 2 * dot),
    top: Math.max(0, size.height - height - 2 * dot),
    isLit: (x, y) => rows[Math.floor(y / dot) - 2]?.[Math.floor(x / dot) - 2] === "#",
  };
}

function chromaStarts(size: Size): readonly [number, number] {
  const luma = size.width * size.height;
  return [luma, (luma + i420Bytes(size)) / 2];
}
