import { PictureDecodeError } from "../renderer.js";

/** A row as it is stored. */
export interface FilteredRow {
  /** How the bytes were predicted from their neighbours, 0 to 4. */
  readonly filter: number;
  readonly bytes: Uint8Array;
}

/**
 * Undoes a PNG row filter in place.
 *
 * @param above the finished row above; zeros for the first row of a pass
 * @param pixelBytes bytes from one pixel to the next, at least 1
 * @throws {PictureDecodeError} for a filter that does not exist
 */
export function unfilterRow({ filter, bytes }: FilteredRow, above: Uint8Array, pixelBytes: number): void {
  if (filter === 0) return;
  if (filter > 4) throw new PictureDecodeError("The PNG's picture data is damaged.");
  for (let index = 0; index < bytes.length; index += 1) {
    const left = index < pixelBytes ? 0 : (bytes[index - pixelBytes] as number);
    const up = above[index] as number;
    const upLeft = index < pixelBytes ? 0 : (above[index - pixelBytes] as number);
    const guess = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : paeth(left, up, upLeft);
    bytes[index] = (bytes[index] as number) + guess;
  }
}

/** Whichever neighbour is nearest to left + up − upLeft. */
function paeth(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
