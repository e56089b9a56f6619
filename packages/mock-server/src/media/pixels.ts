import type { Orientation } from "@klingkit/spec/image-header";

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture in memory: three bytes (red, green, blue) a pixel, rows from the top. */
export interface Pixels extends Size {
  readonly data: Uint8ClampedArray;
}

/** The size before the EXIF rotation, given the size after it, or the other way round. */
export function rotatedSize({ width, height }: Size, orientation: Orientation): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** Where the stored pixel (0, 0) lands, and how far a step along a stored row or column moves. */
interface Placement {
  readonly start: number;
  readonly alongRow: number;
  readonly alongColumn: number;
}

function placementFor(orientation: Orientation, { width, height }: Size): Placement {
  const lastColumn = width - 1;
  const lastRow = (height - 1) * width;
  switch (orientation) {
    case 1:
      return { start: 0, alongRow: 1, alongColumn: width };
    case 2:
      return { start: lastColumn, alongRow: -1, alongColumn: width };
    case 3:
      return { start: lastRow + lastColumn, alongRow: -1, alongColumn: -width };
    case 4:
      return { start: lastRow, alongRow: 1, alongColumn: -width };
    case 5:
      return { start: 0, alongRow: width, alongColumn: 1 };
    case 6:
      return { start: lastColumn, alongRow: width, alongColumn: -1 };
    case 7:
      return { start: lastRow + lastColumn, alongRow: -width, alongColumn: -1 };
    case 8:
      return { start: lastRow, alongRow: -width, alongColumn: 1 };
  }
}

/** The picture as a viewer shows it: stored pixels turned and mirrored by an EXIF orientation. */
export function orientPixels(stored: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return stored;
  const size = rotatedSize(stored, orientation);
  const { start, alongRow, alongColumn } = placementFor(orientation, size);
  const data = new Uint8ClampedArray(stored.data.length);
  let from = 0;
  for (let row = 0; row < stored.height; row += 1) {
    let to = (start + row * alongColumn) * 3;
    for (let column = 0; column < stored.width; column += 1) {
      data[to] = stored.data[from] ?? 0;
      data[to + 1] = stored.data[from + 1] ?? 0;
      data[to + 2] = stored.data[from + 2] ?? 0;
      from += 3;
      to += alongRow * 3;
    }
  }
  return { ...size, data };
}
