import type { FrameSource } from "../media/frame-source.js";
import { muxMp4, type VideoSample } from "../media/mp4-mux.js";
import { parameterSets } from "../media/mp4-read.js";
import type { Size } from "../media/pixels.js";

type Configuration = VideoEncoderConfig & { readonly framerate: number };

/** Baseline profile, so that no frame is reordered; level 3.1 up to 1280 × 720, 4.0 and 5.1 above. */
const levels = [
  { codec: "avc1.42001f", mostPixels: 1280 * 720 },
  { codec: "avc1.420028", mostPixels: 1920 * 1080 },
  { codec: "avc1.420033", mostPixels: 4096 * 2304 },
] as const;
/** Enough for a photo that is moved through; bits a pixel and frame. */
const bitsPerPixel = 0.3;
/** Frames given to the encoder ahead of it: each takes memory. */
const mostQueued = 8;
/** Colours as the frames are drawn: BT.601, limited range. */
const colorSpace = { primaries: "bt709", transfer: "bt709", matrix: "smpte170m", fullRange: false } as const;

/** How this browser would encode such a video; undefined where it can't. */
export async function findConfiguration(size: Size, framesPerSecond: number): Promise<Configuration | undefined> {
  if (typeof VideoEncoder === "undefined") return undefined;
  const pixels = size.width * size.height;
  const codec = levels.find(({ mostPixels }) => pixels <= mostPixels)?.codec;
  if (codec === undefined) return undefined;
  const configuration = {
    codec,
    width: size.width,
    height: size.height,
    framerate: framesPerSecond,
    bitrate: Math.round(pixels * framesPerSecond * bitsPerPixel),
    avc: { format: "avc" },
  } as const;
  const { supported } = await VideoEncoder.isConfigSupported(configuration);
  return supported ? configuration : undefined;
}

/** Encodes frames to an MP4 with a key frame a second. */
export async function encodeWithWebCodecs(frames: FrameSource, configuration: Configuration): Promise<Uint8Array> {
  const samples: VideoSample[] = [];
  let description: Uint8Array | undefined;
  let failure: Error | undefined;
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      samples.push({ data, isKeyFrame: chunk.type === "key" });
      description ??= bytesOf(metadata?.decoderConfig?.description);
    },
    error(error) {
      failure = error;
    },
  });
  encoder.configure(configuration);
  const rate = configuration.framerate;
  for (let index = 0; index < frames.frameCount && !failure; index += 1) {
    const frame = videoFrame(frames, index, rate);
    encoder.encode(frame, { keyFrame: index % Math.round(rate) === 0 });
    frame.close();
    while (encoder.encodeQueueSize > mostQueued && !failure) await roomIn(encoder);
  }
  if (!failure) await encoder.flush();
  if (encoder.state !== "closed") encoder.close();
  if (failure) throw failure;
  if (!description) throw new Error("The browser's encoder gave no parameter sets.");
  const { width, height } = frames;
  return muxMp4({ width, height, framesPerSecond: rate, samples, ...parameterSets(description) });
}

function videoFrame(frames: FrameSource, index: number, framesPerSecond: number): VideoFrame {
  return new VideoFrame(frames.draw(index) as Uint8Array<ArrayBuffer>, {
    format: "I420",
    codedWidth: frames.width,
    codedHeight: frames.height,
    timestamp: Math.round((index * 1e6) / framesPerSecond),
    colorSpace,
  });
}

function roomIn(encoder: VideoEncoder): Promise<unknown> {
  return new Promise((resolve) => encoder.addEventListener("dequeue", resolve, { once: true }));
}

function bytesOf(source: AllowSharedBufferSource | undefined): Uint8Array | undefined {
  if (!source) return undefined;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
