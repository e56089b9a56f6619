import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import type { Pixels } from "../../src/media/pixels.js";

/** Bytes of a file in the fixtures folder. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
}

/** Bytes of one of the repository's example pictures. */
export function example(name: "coffee.png" | "rocket.jpg"): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../../../examples/${name}`, import.meta.url)));
}

export type Colour = readonly number[];

/** The colours of the fixtures' quarters. */
export const QUARTERS = {
  red: [208, 32, 32],
  green: [32, 192, 32],
  blue: [32, 48, 208],
  yellow: [224, 208, 32],
} as const satisfies Record<string, Colour>;

/** Colours at the middle of the four quarters: top left, top right, bottom left, bottom right. */
export function quarterColours({ width, height, data }: Pixels): Colour[] {
  return [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ].map(([x = 0, y = 0]) => {
    const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
    return [...data.subarray(at, at + 3)];
  });
}

/** The largest difference between two lists of colours, in any channel. */
export function largestDifference(actual: readonly Colour[], expected: readonly Colour[]): number {
  return Math.max(...expected.flat().map((value, index) => Math.abs(value - (actual.flat()[index] ?? Number.NaN))));
}

/** Inserts a segment right after a JPEG's first two bytes. */
export function withSegment(jpeg: Uint8Array, marker: number, payload: readonly number[]): Uint8Array {
  const length = payload.length + 2;
  return Uint8Array.of(0xff, 0xd8, 0xff, marker, length >> 8, length & 255, ...payload, ...jpeg.subarray(2));
}

/** An EXIF payload that states an orientation. */
export function exifPayload(orientation: number, littleEndian: boolean): number[] {
  const two = (value: number) => (littleEndian ? [value, 0] : [0, value]);
  const four = (value: number) => (littleEndian ? [value, 0, 0, 0] : [0, 0, 0, value]);
  const tag = littleEndian ? [0x12, 0x01] : [0x01, 0x12];
  const order = littleEndian ? [0x49, 0x49] : [0x4d, 0x4d];
  const entry = [...tag, ...two(3), ...four(1), ...two(orientation), 0, 0];
  return [0x45, 0x78, 0x69, 0x66, 0, 0, ...order, ...two(42), ...four(8), ...two(1), ...entry, ...four(0)];
}

export interface PngPlan {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly interlace?: boolean;
  /** Filter of each row; default 0. */
  readonly filter?: number;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
  /** The samples of a pixel, at the plan's bit depth. */
  readonly pixel: (x: number, y: number) => readonly number[];
}

const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Writes a PNG. */
export function buildPng(plan: PngPlan): Uint8Array {
  const rows: number[] = [];
  for (const [startX, startY, stepX, stepY] of plan.interlace ? PASSES : ([[0, 0, 1, 1]] as const)) {
    let above: number[] = [];
    for (let y = startY; y < plan.height; y += stepY) {
      const samples: number[] = [];
      for (let x = startX; x < plan.width; x += stepX) samples.push(...plan.pixel(x, y));
      if (samples.length === 0) continue;
      const bytes = packSamples(samples, plan.bitDepth);
      rows.push(plan.filter ?? 0, ...filterRow(bytes, above, plan));
      above = bytes;
    }
  }
  const header = [...uint32(plan.width), ...uint32(plan.height), plan.bitDepth, plan.colourType, 0, 0];
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", [...header, plan.interlace ? 1 : 0]),
    ...(plan.palette ? chunk("PLTE", plan.palette) : []),
    ...(plan.transparency ? chunk("tRNS", plan.transparency) : []),
    ...chunk("IDAT", [...deflateSync(Uint8Array.from(rows))]),
    ...chunk("IEND", []),
  ]);
}

function packSamples(samples: readonly number[], bitDepth: number): number[] {
  if (bitDepth === 16) return samples.flatMap((sample) => [sample >> 8, sample & 255]);
  const perByte = 8 / bitDepth;
  return Array.from({ length: Math.ceil(samples.length / perByte) }, (_, index) =>
    Array.from({ length: perByte }, (_, part) => samples[index * perByte + part] ?? 0).reduce(
      (byte, sample) => (byte << bitDepth) | sample,
      0,
    ),
  );
}

function filterRow(bytes: readonly number[], above: readonly number[], plan: PngPlan): number[] {
  const channels = [1, 0, 3, 1, 2, 0, 4][plan.colourType] ?? 1;
  const step = Math.max(1, (channels * plan.bitDepth) >> 3);
  return bytes.map((byte, index) => {
    const left = bytes[index - step] ?? 0;
    const up = above[index] ?? 0;
    const upLeft = index < step ? 0 : (above[index - step] ?? 0);
    const nearest = [left, up, upLeft].sort(
      (a, b) => Math.abs(left + up - upLeft - a) - Math.abs(left + up - upLeft - b),
    )[0];
    const guesses = [0, left, up, (left + up) >> 1, nearest ?? 0];
    return (byte - (guesses[plan.filter ?? 0] ?? 0)) & 255;
  });
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** A PNG chunk with its length and checksum. */
export function chunk(type: string, body: Iterable<number>): number[] {
  const named = [...[...type].map((letter) => letter.charCodeAt(0)), ...body];
  return [...uint32(named.length - 4), ...named, ...uint32(crc32(Uint8Array.from(named)))];
}
