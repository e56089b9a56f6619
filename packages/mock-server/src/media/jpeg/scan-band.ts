import type { JpegComponent } from "./jpeg-frame.js";

/** Reads one block's share of a scan into `component.coefficients`, beginning at index `base`. */
export type BlockDecoder = (component: JpegComponent, base: number) => void;

/** The part of the coefficients that a scan carries. */
export interface ScanBand {
  readonly progressive: boolean;
  /** First and last zigzag position, 0 to 63. */
  readonly from: number;
  readonly to: number;
  /** Bit position of the preceding scan of the same band; 0 in its first scan. */
  readonly previousBit: number;
  /** Bit position of this scan. */
  readonly bit: number;
}

/** Blocks still to come that a progressive scan has declared empty. */
export interface EndOfBandRun {
  left: number;
}
