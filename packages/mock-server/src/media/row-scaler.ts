import type { Pixels, Size } from "./pixels.js";
import { resampleTable } from "./resample-weights.js";

/** Scales a picture that arrives row by row, so that a large one never lies in memory whole. */
export interface RowScaler {
  /** Takes the next row from the top: red, green and blue of each source pixel. The array may be reused afterwards. */
  push(row: Uint8Array | Uint8ClampedArray): void;
  /** The scaled picture; call it after the last row. */
  finish(): Pixels;
}

/**
 * Scales to an exact size: area averaging when shrinking, Catmull-Rom when growing.
 *
 * @param source size of the rows that will be pushed
 * @param target wanted size
 * @param extent part of the source that fills the target, from the top left corner, fractions allowed; default all
 */
export function createRowScaler(source: Size, target: Size, extent: Size = source): RowScaler {
  const columns = resampleTable(source.width, target.width, extent.width);
  const rows = resampleTable(source.height, target.height, extent.height);
  const line = new Float32Array(target.width * 3);
  const sums = new Float32Array(target.width * target.height * 3);
  let sourceRow = 0;
  let firstOpenTarget = 0;

  function scaleAcross(row: Uint8Array | Uint8ClampedArray): void {
    const { first, taps, weights } = columns;
    for (let column = 0; column < target.width; column += 1) {
      let from = (first[column] ?? 0) * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tap = column * taps; tap < (column + 1) * taps; tap += 1, from += 3) {
        const weight = weights[tap] as number;
        red += weight * (row[from] as number);
        green += weight * (row[from + 1] as number);
        blue += weight * (row[from + 2] as number);
      }
      line[column * 3] = red;
      line[column * 3 + 1] = green;
      line[column * 3 + 2] = blue;
    }
  }

  function addLine(targetRow: number, weight: number): void {
    const start = targetRow * line.length;
    for (let index = 0; index < line.length; index += 1) {
      sums[start + index] = (sums[start + index] as number) + weight * (line[index] as number);
    }
  }

  return {
    push(row) {
      scaleAcross(row);
      while (firstOpenTarget < target.height && (rows.first[firstOpenTarget] ?? 0) + rows.taps <= sourceRow) {
        firstOpenTarget += 1;
      }
      for (let targetRow = firstOpenTarget; targetRow < target.height; targetRow += 1) {
        const tap = sourceRow - (rows.first[targetRow] ?? 0);
        if (tap < 0) break;
        if (tap < rows.taps) addLine(targetRow, rows.weights[targetRow * rows.taps + tap] ?? 0);
      }
      sourceRow += 1;
    },
    finish: () => ({ ...target, data: Uint8ClampedArray.from(sums) }),
  };
}
