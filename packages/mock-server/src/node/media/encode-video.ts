import encoderModule from "h264-mp4-encoder";
import { encodeWithLibrary } from "../../media/encode-with-library.js";
import type { FrameSource } from "../../media/frame-source.js";

/** Encodes frames to an MP4 with a key frame a second; in a worker thread only, for it blocks until it is done. */
export async function encodeVideo(frames: FrameSource, framesPerSecond: number): Promise<Uint8Array> {
  return encodeWithLibrary(await encoderModule.createH264MP4Encoder(), frames, framesPerSecond);
}
