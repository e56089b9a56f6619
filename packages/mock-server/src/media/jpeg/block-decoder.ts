import type { BitReader } from "./bit-reader.js";
import { damagedData, requireTable } from "./huffman-table.js";
import type { JpegComponent } from "./jpeg-frame.js";
import { createRefinementDecoder } from "./refinement.js";
import type { BlockDecoder, EndOfBandRun, ScanBand } from "./scan-band.js";
import { ZIGZAG } from "./zigzag.js";

/** The decoder for the blocks of one scan. */
export function createBlockDecoder(reader: BitReader, band: ScanBand, run: EndOfBandRun): BlockDecoder {
  if (!band.progressive) return (component, base) => decodeSequential(reader, component, base);
  if (band.from > 0) {
    return band.previousBit === 0 ? firstPassDecoder(reader, band, run) : createRefinementDecoder(reader, band, run);
  }
  if (band.previousBit === 0) {
    return (component, base) => {
      component.coefficients[base] = nextDirect(reader, component) << band.bit;
    };
  }
  return ({ coefficients }, base) => {
    if (reader.unsigned(1) === 1) coefficients[base] = (coefficients[base] ?? 0) | (1 << band.bit);
  };
}

function nextDirect(reader: BitReader, component: JpegComponent): number {
  const length = reader.symbol(requireTable(component.directTable));
  if (length > 16) throw damagedData();
  component.prediction += reader.signed(length);
  return component.prediction;
}

function decodeSequential(reader: BitReader, component: JpegComponent, base: number): void {
  const { coefficients } = component;
  coefficients[base] = nextDirect(reader, component);
  const table = requireTable(component.alternatingTable);
  for (let position = 1; position < 64; position += 1) {
    const symbol = reader.symbol(table);
    const length = symbol & 15;
    const zeros = symbol >> 4;
    if (length === 0 && zeros < 15) return;
    position += zeros;
    if (position > 63) throw damagedData();
    if (length > 0) coefficients[base + (ZIGZAG[position] as number)] = reader.signed(length);
  }
}

/** Decodes the highest bits of a band. */
function firstPassDecoder(reader: BitReader, { from, to, bit }: ScanBand, run: EndOfBandRun): BlockDecoder {
  return ({ coefficients, alternatingTable }, base) => {
    if (run.left > 0) {
      run.left -= 1;
      return;
    }
    const table = requireTable(alternatingTable);
    for (let position = from; position <= to; position += 1) {
      const symbol = reader.symbol(table);
      const length = symbol & 15;
      const zeros = symbol >> 4;
      if (length === 0 && zeros < 15) {
        run.left = (1 << zeros) + reader.unsigned(zeros) - 1;
        return;
      }
      position += zeros;
      if (position > 63) throw damagedData();
      if (length > 0) coefficients[base + (ZIGZAG[position] as number)] = reader.signed(length) * (1 << bit);
    }
  };
}
