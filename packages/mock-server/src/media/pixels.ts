/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture in memory: three bytes (red, green, blue) a pixel, rows from the top. */
export interface Pixels extends Size {
  readonly data: Uint8ClampedArray;
}
