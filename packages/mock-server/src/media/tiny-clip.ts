import { decodeBase64 } from "@klingkit/spec/web";
import { frameCount } from "./frame-count.js";
import { muxMp4, type VideoSample } from "./mp4-mux.js";
import type { Renderer } from "./renderer.js";
import {
  tinyClipFrames,
  tinyClipPictureParameters,
  tinyClipSequenceParameters,
  tinyClipSize,
  tinyPicture,
} from "./tiny-clip-data.js";

/**
 * A renderer that ignores the picture: it answers at once with a small test card of 320 by 180 pixels, as a picture or
 * a video as long as asked. It needs neither threads nor WebAssembly; a second takes about a kilobyte.
 */
export function createTinyRenderer(): Renderer {
  return {
    async render(request) {
      const second = splitFrames(bytesOf(tinyClipFrames));
      // Each repetition begins with the key frame, so the clip can be sought like any other.
      const samples = Array.from({ length: frameCount(request) }, (_, index) => second[index % second.length]);
      return muxMp4({
        ...tinyClipSize,
        framesPerSecond: request.framesPerSecond,
        sequenceParameters: bytesOf(tinyClipSequenceParameters),
        pictureParameters: bytesOf(tinyClipPictureParameters),
        samples: samples.filter((sample) => sample !== undefined),
      });
    },
    renderPicture: async () => bytesOf(tinyPicture),
  };
}

/** The clip's data stands in this package, so it is base64 always. */
function bytesOf(text: string): Uint8Array {
  return decodeBase64(text) ?? new Uint8Array();
}

function splitFrames(bytes: Uint8Array): VideoSample[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples: VideoSample[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + view.getUint32(at);
    samples.push({ data: bytes.subarray(at, end), isKeyFrame: samples.length === 0 });
    at = end;
  }
  return samples;
}
