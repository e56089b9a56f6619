import type { BitReader } from "./bit-reader.js";
import { requireTable } from "./huffman-table.js";
import type { BlockDecoder, EndOfBandRun, ScanBand } from "./scan-band.js";
import { ZIGZAG } from "./zigzag.js";

/**
 * Decodes one further bit of a band: known values grow by a step or stay, and new values of one step come in between
 * runs of values that remain zero.
 */
export function createRefinementDecoder(reader: BitReader, band: ScanBand, run: EndOfBandRun): BlockDecoder {
  const step = 1 << band.bit;
  let coefficients: Int16Array = new Int16Array(0);
  let base = 0;
  let position = 0;

  /** Refines known values on the way past `zeros` unknown ones; returns the next unknown one's index, -1 at the end. */
  function passZeros(zeros: number): number {
    let left = zeros;
    for (; position <= band.to; position += 1) {
      const index = base + (ZIGZAG[position] as number);
      const value = coefficients[index] as number;
      if (value !== 0) {
        if (reader.unsigned(1) === 1) coefficients[index] = value + (value < 0 ? -step : step);
      } else if (left === 0) {
        return index;
      } else {
        left -= 1;
      }
    }
    return -1;
  }

  function addValue(symbol: number): void {
    const isNew = (symbol & 15) !== 0;
    const value = isNew && reader.unsigned(1) === 1 ? step : -step;
    const index = passZeros(symbol >> 4);
    if (isNew && index >= 0) coefficients[index] = value;
    position += 1;
  }

  return (component, blockBase) => {
    ({ coefficients } = component);
    base = blockBase;
    position = band.from;
    const table = requireTable(component.alternatingTable);
    while (run.left === 0 && position <= band.to) {
      const symbol = reader.symbol(table);
      const zeros = symbol >> 4;
      if ((symbol & 15) === 0 && zeros < 15) run.left = (1 << zeros) + reader.unsigned(zeros);
      else addValue(symbol);
    }
    if (run.left === 0) return;
    passZeros(64);
    run.left -= 1;
  };
}
