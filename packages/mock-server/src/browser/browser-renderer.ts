import type { H264MP4Encoder } from "h264-mp4-encoder";
import { encodeWithLibrary } from "../media/encode-with-library.js";
import { createFrameSource, type FrameSource } from "../media/frame-source.js";
import { generatePicture } from "../media/generated-picture.js";
import type { Pixels } from "../media/pixels.js";
import type { PictureRequest, Renderer } from "../media/renderer.js";
import { resultPicture } from "../media/result-picture.js";
import { decodePicture, encodePicture } from "./pictures.js";
import { encodeWithWebCodecs, findConfiguration } from "./web-codecs.js";

export interface BrowserRendererOptions {
  /**
   * Makes an encoder of the package `h264-mp4-encoder` (its `web` build), called only where the browser has no H.264
   * encoder of its own. Default: none, and rendering a video there fails.
   */
  readonly loadEncoder?: (() => Promise<H264MP4Encoder>) | undefined;
  /** Told after each frame of a video that is drawn: its number, from 1, and how many there are. */
  readonly onFrame?: ((frame: number, frames: number) => void) | undefined;
}

/**
 * Makes a renderer for browsers. It uses WebCodecs if the browser has an H.264 encoder, and otherwise the encoder of a
 * library. WebCodecs exists only in secure contexts. Use it in a worker, because it draws frames without a pause.
 */
export function createBrowserRenderer({ loadEncoder, onFrame }: BrowserRendererOptions = {}): Renderer {
  const pixelsOf = (request: PictureRequest): Pixels | Promise<Pixels> => {
    const { image, longSide } = request;
    return image === undefined ? generatePicture(request) : decodePicture(image, longSide);
  };

  const encode = async (frames: FrameSource, framesPerSecond: number): Promise<Uint8Array> => {
    const configuration = await findConfiguration(frames, framesPerSecond);
    if (configuration) return encodeWithWebCodecs(frames, configuration);
    if (loadEncoder) return encodeWithLibrary(await loadEncoder(), frames, framesPerSecond);
    throw new Error("This browser has no H.264 encoder; give the renderer one by `loadEncoder`.");
  };

  return {
    async render(request) {
      const frames = createFrameSource(await pixelsOf(request), request);
      return encode(onFrame ? reported(frames, onFrame) : frames, request.framesPerSecond);
    },
    renderPicture: async (request) => encodePicture(resultPicture(await pixelsOf(request), request)),
  };
}

function reported(frames: FrameSource, onFrame: (frame: number, frames: number) => void): FrameSource {
  return {
    ...frames,
    draw(index) {
      const drawn = frames.draw(index);
      onFrame(index + 1, frames.frameCount);
      return drawn;
    },
  };
}
