import type { H264MP4Encoder } from "h264-mp4-encoder";
import type { FrameSource } from "./frame-source.js";
import { muxMp4 } from "./mp4-mux.js";
import { readMp4 } from "./mp4-read.js";

/**
 * 10 (best) to 51 (smallest). Five seconds at 640 pixels take 0.5 to 0.8 MB for an ordinary photo, and the first frame
 * differs from the picture by 3 to 5 of 255 a channel.
 */
const quantization = 28;
/** 1 (best) to 10 (fastest). */
const speed = 10;

/**
 * Encodes frames to an MP4 with a key frame a second. The encoder is used up.
 *
 * Call it in a worker thread only: it blocks until it is done.
 */
export function encodeWithLibrary(encoder: H264MP4Encoder, frames: FrameSource, framesPerSecond: number): Uint8Array {
  try {
    const encoded = encodeFrames(encoder, frames, framesPerSecond);
    // The library's own file has no key frame table, its index last and the time of day in it.
    return muxMp4({ width: frames.width, height: frames.height, framesPerSecond, ...readMp4(encoded) });
  } finally {
    encoder.delete();
  }
}

function encodeFrames(encoder: H264MP4Encoder, frames: FrameSource, framesPerSecond: number): Uint8Array {
  encoder.width = frames.width;
  encoder.height = frames.height;
  encoder.frameRate = framesPerSecond;
  encoder.quantizationParameter = quantization;
  encoder.speed = speed;
  encoder.groupOfPictures = Math.max(1, Math.round(framesPerSecond));
  encoder.initialize();
  for (let frame = 0; frame < frames.frameCount; frame += 1) encoder.addFrameYuv(frames.draw(frame));
  encoder.finalize();
  const file = encoder.FS.readFile(encoder.outputFilename);
  // The library's file system outlives the encoder, and this worker renders many videos.
  encoder.FS.unlink(encoder.outputFilename);
  return file;
}
