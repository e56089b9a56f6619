import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { skipWithout } from "../../../../tests/support/tools.js";

export const { skip: skipWithoutFfmpeg, note: ffmpegNote } = skipWithout("ffmpeg", "ffprobe");

/** Facts about a file's only stream, by ffprobe's names. */
export function probe(file: Uint8Array): Record<string, string> {
  return withFile(file, (path) => {
    const text = execFileSync("ffprobe", ["-v", "error", "-show_streams", path], { encoding: "utf8" });
    return Object.fromEntries(text.split("\n").map((line) => line.split("=") as [string, string]));
  });
}

/** Presentation times of the key frames, in seconds. */
export function keyFrameTimes(video: Uint8Array): number[] {
  return withFile(video, (path) => {
    const options = ["-v", "error", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", path];
    const lines = execFileSync("ffprobe", options, { encoding: "utf8" }).trim().split("\n");
    return lines.filter((line) => line.includes("K")).map(Number.parseFloat);
  });
}

/** What ffmpeg complains about while it decodes everything; empty where nothing is wrong. */
export function decodingComplaints(file: Uint8Array, from: "warning" | "error" = "warning"): string {
  return withFile(file, (path) => {
    const run = spawnSync("ffmpeg", ["-v", from, "-i", path, "-f", "null", "-"], { encoding: "utf8" });
    return `${run.stderr}${run.status === 0 ? "" : `status ${run.status}`}`;
  });
}

/** The frame at a time (or the picture) as RGB bytes at a given size. */
export function frameAt(file: Uint8Array, seconds: number, size: string): Buffer {
  return withFile(file, (path) => {
    const seek = seconds > 0 ? ["-ss", String(seconds)] : [];
    const output = ["-frames:v", "1", "-vf", `scale=${size}`, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"];
    return execFileSync("ffmpeg", ["-v", "error", ...seek, "-i", path, ...output], { maxBuffer: 2 ** 28 });
  });
}

/** Mean absolute difference of two equally large byte arrays. */
export function meanDifference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) throw new Error(`${one.length} bytes against ${other.length}`);
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += Math.abs((one[index] ?? 0) - (other[index] ?? 0));
  return sum / one.length;
}

function withFile<Result>(bytes: Uint8Array, use: (path: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "klingkit-media-"));
  try {
    const path = join(folder, "file");
    writeFileSync(path, bytes);
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
