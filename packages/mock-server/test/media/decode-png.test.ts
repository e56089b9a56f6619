import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodePicture } from "../../src/node/media/decode-picture.js";
import {
  buildPng,
  type Colour,
  chunk,
  largestDifference,
  type PngPlan,
  QUARTERS,
  quarterColours,
} from "./picture-kit.js";

const COLOURS: readonly Colour[] = [QUARTERS.red, QUARTERS.green, QUARTERS.blue, QUARTERS.yellow];
const SIZE = { width: 37, height: 27 };

/** The number of the quarter (0 to 3) that a pixel lies in. */
function quarter(x: number, y: number): number {
  return (x * 2 < SIZE.width ? 0 : 1) + (y * 2 < SIZE.height ? 0 : 2);
}

async function decode(plan: Omit<PngPlan, "width" | "height">) {
  return quarterColours(await decodePicture(buildPng({ ...SIZE, ...plan }), 38));
}

const rgb = { bitDepth: 8, colourType: 2, pixel: (x: number, y: number) => COLOURS[quarter(x, y)] ?? [] };

describe("decoding PNG", () => {
  it.each([0, 1, 2, 3, 4])("undoes row filter %i", async (filter) => {
    expect(largestDifference(await decode({ ...rgb, filter }), COLOURS)).toBeLessThanOrEqual(1);
    expect(largestDifference(await decode({ ...rgb, filter, interlace: true }), COLOURS)).toBeLessThanOrEqual(1);
  });

  it.each([1, 2, 4, 8, 16])("reads grey of %i bits", async (bitDepth) => {
    const most = 2 ** bitDepth - 1;
    const level = (index: number) => Math.round((index / 3) * most);
    const pixel = (x: number, y: number) => [level(quarter(x, y))];
    const expected = [0, 1, 2, 3].map((index) => Array(3).fill(Math.round((level(index) / most) * 255)));
    expect(largestDifference(await decode({ bitDepth, colourType: 0, pixel }), expected)).toBeLessThanOrEqual(1);
  });

  it.each([2, 4, 8])("reads a palette of %i bits, interlaced and not, with transparent entries", async (bitDepth) => {
    const pixel = (x: number, y: number) => [quarter(x, y)];
    const plan = { bitDepth, colourType: 3, pixel, palette: COLOURS.flat(), transparency: [255, 0] };
    const expected = [COLOURS[0] ?? [], [255, 255, 255], COLOURS[2] ?? [], COLOURS[3] ?? []];
    expect(largestDifference(await decode(plan), expected)).toBeLessThanOrEqual(1);
    expect(largestDifference(await decode({ ...plan, interlace: true }), expected)).toBeLessThanOrEqual(1);
  });

  it("reads 16 bits a channel and one transparent colour", async () => {
    const wide = (x: number, y: number) => rgb.pixel(x, y).map((value) => value * 257);
    const transparency = (COLOURS[3] ?? []).flatMap((value) => [value, value]);
    const expected = [...COLOURS.slice(0, 3), [255, 255, 255]];
    const actual = await decode({ bitDepth: 16, colourType: 2, pixel: wide, transparency });
    expect(largestDifference(actual, expected)).toBeLessThanOrEqual(1);
  });

  it.each([8, 16])("puts alpha of %i bits on white", async (bitDepth) => {
    const scale = bitDepth === 16 ? 257 : 1;
    const alphas = [255, 128, 64, 0];
    const pixel = (x: number, y: number) => [...rgb.pixel(x, y), alphas[quarter(x, y)] ?? 0].map((v) => v * scale);
    const onWhite = COLOURS.map((colour, index) =>
      colour.map((value) => 255 + ((value - 255) * (alphas[index] ?? 0)) / 255),
    );
    expect(largestDifference(await decode({ bitDepth, colourType: 6, pixel }), onWhite)).toBeLessThanOrEqual(1);
    const grey = (x: number, y: number) => [0, (alphas[quarter(x, y)] ?? 0) * scale];
    const greys = alphas.map((alpha) => Array(3).fill(255 - alpha));
    expect(largestDifference(await decode({ bitDepth, colourType: 4, pixel: grey }), greys)).toBeLessThanOrEqual(1);
  });

  it("refuses damaged and short data", async () => {
    const good = buildPng({ ...SIZE, ...rgb });
    const damaged = good.slice().fill(0x55, 60, 70);
    await expect(decodePicture(damaged, 38)).rejects.toThrow(/damaged/);
    await expect(decodePicture(good.subarray(0, 60), 38)).rejects.toThrow(/damaged|ends early/);
  });

  it("does not inflate beyond the announced size", async () => {
    const bomb = chunk("IDAT", deflateSync(new Uint8Array(200_000_000)));
    const header = buildPng({ ...SIZE, ...rgb }).subarray(0, 8 + 25);
    const bytes = Uint8Array.from([...header, ...bomb, ...chunk("IEND", [])]);
    const before = process.memoryUsage().rss;
    const pixels = await decodePicture(bytes, 38);
    expect(pixels.width).toBe(38);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});
