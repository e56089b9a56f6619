import { readImageHeader } from "@klingkit/spec/image-header";
import { describe, expect, it } from "vitest";
import { muxMp4 } from "../../src/media/mp4-mux.js";
import { readMp4 } from "../../src/media/mp4-read.js";
import type { RenderRequest } from "../../src/media/renderer.js";
import { createTinyRenderer } from "../../src/media/tiny-clip.js";
import { decodePicture } from "../../src/node/media/decode-picture.js";
import { decodingComplaints, ffmpegNote, keyFrameTimes, probe, skipWithoutFfmpeg } from "./media-tools.js";

const request: RenderRequest = {
  seed: "any",
  durationSeconds: 5,
  longSide: 640,
  framesPerSecond: 24,
  watermark: false,
};

describe("muxer", () => {
  it("puts the index before the media and repeats itself byte for byte", async () => {
    const video = await createTinyRenderer().render(request);
    const text = Buffer.from(video).toString("latin1");
    expect(text.slice(4, 12)).toBe("ftypisom");
    expect(text.indexOf("moov")).toBeLessThan(text.indexOf("mdat"));
    expect(await createTinyRenderer().render(request)).toEqual(video);
  });

  it("writes what the reader reads", async () => {
    const samples = readMp4(await createTinyRenderer().render(request));
    const again = muxMp4({ width: 320, height: 180, framesPerSecond: 24, ...samples });
    expect(readMp4(again)).toEqual(samples);
    expect(samples.samples.map((sample) => sample.isKeyFrame).indexOf(true, 1)).toBe(24);
  });
});

describe("tiny clip", () => {
  it.skipIf(skipWithoutFfmpeg).each([
    [3, 24],
    [7.5, 30],
    [15, 25],
  ])(`lasts %d seconds at %d frames a second${ffmpegNote}`, async (durationSeconds, framesPerSecond) => {
    const video = await createTinyRenderer().render({ ...request, durationSeconds, framesPerSecond });
    expect(probe(video)).toMatchObject({ codec_name: "h264", width: "320", height: "180" });
    expect(Number(probe(video).duration)).toBeCloseTo(durationSeconds, 3);
    expect(keyFrameTimes(video).length).toBe(Math.ceil((durationSeconds * framesPerSecond) / 24));
    expect(decodingComplaints(video)).toBe("");
    expect(video.length).toBeLessThan(durationSeconds * 2000);
  });
});

it("gives its test card as a picture too", async () => {
  const picture = await createTinyRenderer().renderPicture(request);
  expect(readImageHeader(picture)).toMatchObject({ format: "png", width: 320, height: 180 });
  const { width, height, data } = await decodePicture(picture, 320);
  expect([width, height]).toEqual([320, 180]);
  expect(new Set([...data]).size).toBe(2);
});
