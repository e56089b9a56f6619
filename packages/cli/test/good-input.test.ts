import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { contents, emptyFolder, fixture, klingkit, simulator } from "./helpers.js";

describe("pictures of every kind the provider takes", () => {
  it.each([
    ["a progressive JPEG", "progressive.jpg", 400 / 320],
    ["a CMYK JPEG", "cmyk.jpg", 400 / 320],
    ["a JPEG turned by EXIF", "exif-rotated.jpg", 320 / 400],
    ["an interlaced PNG", "interlaced.png", 400 / 320],
    ["a transparent PNG", "transparent.png", 310 / 300],
  ])("%s gives a video of its own ratio", async (_, name, ratio) => {
    const { url } = await simulator({ render: "fast" });
    const cwd = await emptyFolder();
    const { code, err, json } = await klingkit(
      ["generate", fixture(name), "--model-name", "kling-v3", "--duration", "3", "--base-url", url, "--json"],
      { cwd },
    );
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining(`SIMULATED ${url}: free (live: about 1.8 units ($0.25))\n`),
    });
    const { task, file } = json();
    expect(file).toBe(path.join(cwd, `${path.parse(name).name}-${task.task_id}.mp4`));
    const bytes = await readFile(file);
    const { width, height } = videoSize(bytes);
    expect(bytes.toString("latin1", 4, 8)).toBe("ftyp");
    expect(Math.abs(width / height / ratio - 1)).toBeLessThan(0.01);
    expect(Math.max(width, height)).toBeGreaterThanOrEqual(640);
    expect(await contents(cwd)).toEqual([path.basename(file)]);
  });
});

/** Width and height that an MP4's track header states. */
function videoSize(mp4: Buffer): { width: number; height: number } {
  const at = mp4.indexOf("tkhd") - 4;
  const end = at + mp4.readUInt32BE(at);
  return { width: mp4.readUInt32BE(end - 8) / 65_536, height: mp4.readUInt32BE(end - 4) / 65_536 };
}
