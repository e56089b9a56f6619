import type { Pixels, Size } from "../pixels.js";
import { createRowScaler } from "../row-scaler.js";
import { createRowExpander, PNG_CHANNELS } from "./expand-row.js";
import { inflateRows } from "./inflate-rows.js";
import { readPngChunks } from "./png-chunks.js";
import { type PngPass, pngPasses } from "./png-passes.js";
import { unfilterRow } from "./unfilter-row.js";

/**
 * Decodes a PNG at a given size; transparent parts show white.
 *
 * Rows are scaled as they are inflated; only an interlaced picture is held whole, at three bytes a pixel. Gamma and
 * colour profile are ignored.
 *
 * @throws {PictureDecodeError} where the data is damaged or cut short
 */
export async function decodePng(bytes: Uint8Array, target: Size): Promise<Pixels> {
  const parts = readPngChunks(bytes);
  const passes = pngPasses(parts, parts.interlaced);
  const bitsPerPixel = parts.bitDepth * (PNG_CHANNELS[parts.colourType] ?? 1);
  const runs = passes.map((pass) => ({ count: pass.height, length: Math.ceil((pass.width * bitsPerPixel) / 8) }));
  const expand = createRowExpander(parts);
  const scaler = createRowScaler(parts, target);
  const canvas = parts.interlaced ? createCanvas(parts) : undefined;
  const rgb = new Uint8ClampedArray(parts.width * 3);
  let above = new Uint8Array(0);
  await inflateRows(parts.data, runs, (stored) => {
    const { run, row, bytes: line } = stored;
    if (row === 0) above = new Uint8Array(line.length);
    unfilterRow(stored, above, Math.max(1, bitsPerPixel >> 3));
    above.set(line);
    const pass = passes[run] as PngPass;
    const output = rgb.subarray(0, pass.width * 3);
    expand(line, output);
    if (canvas === undefined) scaler.push(output);
    else canvas.scatter(output, pass, row);
  });
  canvas?.forEachRow((row) => scaler.push(row));
  return scaler.finish();
}

/** A whole picture, filled by the scattered pixels of an interlaced one. */
function createCanvas({ width, height }: Size) {
  const data = new Uint8ClampedArray(width * height * 3);
  return {
    scatter(row: Uint8ClampedArray, pass: PngPass, number: number): void {
      let to = ((pass.startY + number * pass.stepY) * width + pass.startX) * 3;
      for (let from = 0; from < row.length; from += 3, to += pass.stepX * 3) {
        data[to] = row[from] as number;
        data[to + 1] = row[from + 1] as number;
        data[to + 2] = row[from + 2] as number;
      }
    },
    forEachRow(visit: (row: Uint8ClampedArray) => void): void {
      for (let at = 0; at < data.length; at += width * 3) visit(data.subarray(at, at + width * 3));
    },
  };
}
