import { performance } from "node:perf_hooks";
import { createWorkerRenderer } from "@klingkit/mock-server/node";
import { afterAll, describe, expect, it } from "vitest";
import type { RenderRequest } from "../../src/media/renderer.js";
import {
  decodingComplaints,
  ffmpegNote,
  frameAt,
  keyFrameTimes,
  meanDifference,
  probe,
  skipWithoutFfmpeg,
} from "./media-tools.js";
import { example, fixture } from "./picture-kit.js";

const small: RenderRequest = { seed: "s", durationSeconds: 1, longSide: 64, framesPerSecond: 24, watermark: false };
const coffee: RenderRequest = { ...small, image: example("coffee.png"), durationSeconds: 3, longSide: 640 };
const renderer = createWorkerRenderer();
afterAll(() => renderer.close());

describe("worker renderer", () => {
  it.skipIf(skipWithoutFfmpeg)(`renders a playable, seekable H.264 video${ffmpegNote}`, async () => {
    const video = await renderer.render(coffee);
    expect(probe(video)).toMatchObject({
      codec_name: "h264",
      pix_fmt: "yuv420p",
      width: "640",
      height: "426",
      r_frame_rate: "24/1",
      nb_frames: "72",
      duration: "3.000000",
      color_space: "smpte170m",
    });
    expect(keyFrameTimes(video)).toEqual([0, 1, 2]);
    expect(decodingComplaints(video)).toBe("");
    expect(video.length).toBeLessThan(1_000_000);
  });

  it.skipIf(skipWithoutFfmpeg)(`begins with the picture and moves through it${ffmpegNote}`, async () => {
    const video = await renderer.render(coffee);
    const frames = [0, 1.5, 2.9].map((seconds) => frameAt(video, seconds, "640:426"));
    const [first, middle, last] = frames as [Buffer, Buffer, Buffer];
    expect(meanDifference(first, frameAt(example("coffee.png"), 0, "640:426"))).toBeLessThanOrEqual(8);
    expect(meanDifference(first, frameAt(example("rocket.jpg"), 0, "640:426"))).toBeGreaterThanOrEqual(40);
    expect(meanDifference(first, middle)).toBeGreaterThan(5);
    expect(meanDifference(middle, last)).toBeGreaterThan(5);
  });

  it("gives equal bytes for equal requests, in one thread or another", async () => {
    const other = createWorkerRenderer({ cacheEntries: 0, workers: 2 });
    const image = fixture("baseline.jpg");
    const [first, second, third] = await Promise.all([
      renderer.render({ ...small, image }),
      other.render({ ...small, image }),
      other.render({ ...small, image, seed: "another" }),
    ]);
    expect(second).toEqual(first);
    expect(third).not.toEqual(first);
    expect(await other.render({ ...small, image })).toEqual(first);
    await other.close();
  });

  it("renders equal requests once, together or later", async () => {
    const videos = await Promise.all([renderer.render(small), renderer.render({ ...small })]);
    expect(videos[1]).toBe(videos[0]);
    expect(await renderer.render({ ...small })).toBe(videos[0]);
  });

  it("leaves the event loop free while it renders", async () => {
    const before = performance.eventLoopUtilization();
    await renderer.render({ ...coffee, seed: "stall" });
    // The share of the time in which the loop was not waiting: all of it, if it rendered itself.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });

  it("keeps the caller's picture usable", async () => {
    const image = fixture("baseline.jpg");
    await renderer.render({ ...small, image, seed: "copy" });
    expect(image.length).toBeGreaterThan(0);
  });

  it("refuses an undecodable picture by name and goes on working", async () => {
    const good = fixture("baseline.jpg");
    const failure = renderer.render({ ...small, image: good.subarray(0, good.length - 80) });
    await expect(failure).rejects.toMatchObject({
      name: "PictureDecodeError",
      message: expect.stringMatching(/^The JPEG is damaged/),
    });
    expect((await renderer.render({ ...small, seed: "after" })).length).toBeGreaterThan(1000);
  });

  it("rejects the request of a crashed thread and starts another", async () => {
    const crashing = createWorkerRenderer({ workerScript: new URL("./crashing-worker.mjs", import.meta.url) });
    await expect(crashing.render({ ...small, seed: "throw" })).rejects.toThrow(/crashed: on purpose/);
    await expect(crashing.render({ ...small, seed: "exit" })).rejects.toThrow(/thread ended \(code 3\)/);
    expect(await crashing.render({ ...small, seed: "fine" })).toEqual(Uint8Array.of(1, 2, 3));
    await crashing.close();
  });

  it("rejects what is under way and what comes later when it is closed", async () => {
    const closing = createWorkerRenderer();
    const underWay = [closing.render(small), closing.render({ ...small, seed: "queued" })];
    const outcomes = Promise.allSettled(underWay);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await closing.close();
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: "rejected" });
    await expect(closing.render(small)).rejects.toThrow(/closed/);
  });
});
