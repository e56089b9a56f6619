import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A picture's pixels: red, green and blue of each, row by row. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** Longest time that ffmpeg gets, in milliseconds. */
const patienceMs = 5_000;

/**
 * The first frame of a video or picture, made small enough for the box.
 * @param codec `ppm` for plain pixels
 * @returns the file that ffmpeg makes; undefined where there is no ffmpeg, or nothing to see in the file
 */
export async function frameFile(
  file: string,
  { width, height }: Box,
  codec: "png" | "ppm",
): Promise<Buffer | undefined> {
  const scale = `scale=w=${width}:h=${height}:force_original_aspect_ratio=decrease:flags=area`;
  const input = ["-v", "error", "-nostdin", "-i", file];
  const output = ["-frames:v", "1", "-vf", scale, "-f", "image2pipe", "-c:v", codec, "-"];
  const settings = { encoding: "buffer", timeout: patienceMs, maxBuffer: 16 * 1024 * 1024 } as const;
  try {
    const { stdout } = await promisify(execFile)("ffmpeg", [...input, ...output], settings);
    return stdout.length > 0 ? stdout : undefined;
  } catch {
    return undefined;
  }
}

/** Pixels of a PPM file: `P6`, width, height and the largest value, then the bytes. */
export function readPpm(bytes: Buffer): Frame | undefined {
  const [head = "", width, height] = /^P6\s(\d+)\s(\d+)\s255\s/.exec(bytes.toString("latin1", 0, 64)) ?? [];
  const [columns, rows] = [Number(width), Number(height)];
  const data = bytes.subarray(head.length);
  return head !== "" && data.length >= columns * rows * 3 ? { width: columns, height: rows, data } : undefined;
}
