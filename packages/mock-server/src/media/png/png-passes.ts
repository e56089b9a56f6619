import type { Size } from "../pixels.js";

/** One sweep over the picture: every `stepX`-th pixel of every `stepY`-th row, from (`startX`, `startY`). */
export interface PngPass extends Size {
  readonly startX: number;
  readonly startY: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** Start and step across, then down, of Adam7's seven passes. */
const ADAM7: readonly (readonly [startX: number, stepX: number, startY: number, stepY: number])[] = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
];

/** The passes in which a PNG's rows are stored; empty ones are left out. */
export function pngPasses({ width, height }: Size, interlaced: boolean): PngPass[] {
  const layout = interlaced ? ADAM7 : ([[0, 1, 0, 1]] as const);
  return layout
    .map(([startX, stepX, startY, stepY]) => ({
      startX,
      stepX,
      startY,
      stepY,
      width: Math.ceil((width - startX) / stepX),
      height: Math.ceil((height - startY) / stepY),
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}
