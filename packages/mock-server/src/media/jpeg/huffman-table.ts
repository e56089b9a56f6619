import { PictureDecodeError } from "../renderer.js";

/**
 * A lookup from the next 16 bits to a symbol: the code's length in the high byte, the symbol in the low one; 0 where no
 * code matches.
 */
export type HuffmanTable = Uint16Array;

/**
 * Builds the lookup for one table of a DHT segment.
 *
 * @param lengths how many codes have 1, 2 … 16 bits
 * @param symbols the symbols in order of their codes
 * @throws {PictureDecodeError} where there are more codes than fit
 */
export function buildHuffmanTable(lengths: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const table = new Uint16Array(1 << 16);
  let start = 0;
  let next = 0;
  for (let bits = 1; bits <= 16; bits += 1) {
    const span = 1 << (16 - bits);
    for (let code = lengths[bits - 1] ?? 0; code > 0; code -= 1) {
      if (start + span > table.length) throw new PictureDecodeError("The JPEG has a broken Huffman table.");
      table.fill((bits << 8) | (symbols[next] ?? 0), start, start + span);
      start += span;
      next += 1;
    }
  }
  return table;
}

/** @throws {PictureDecodeError} where a scan names a table that was never defined */
export function requireTable(table: HuffmanTable | undefined): HuffmanTable {
  if (table === undefined) throw new PictureDecodeError("The JPEG lacks a Huffman table.");
  return table;
}

/** The error for bits that mean nothing. */
export function damagedData(): PictureDecodeError {
  return new PictureDecodeError("The JPEG's picture data is damaged.");
}
