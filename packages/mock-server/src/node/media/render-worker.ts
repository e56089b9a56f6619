import { parentPort } from "node:worker_threads";
import { createFrameSource } from "../../media/frame-source.js";
import { generatePicture } from "../../media/generated-picture.js";
import { PictureDecodeError } from "../../media/renderer.js";
import { tint } from "../../media/tint.js";
import { markPicture } from "../../media/watermark.js";
import { decodePicture } from "./decode-picture.js";
import { encodePicture } from "./encode-picture.js";
import { encodeVideo } from "./encode-video.js";
import type { RenderJob, RenderReply } from "./render-job.js";

// The encoder library installs handlers that print its whole source at an error and end the thread their own way.
process.removeAllListeners("uncaughtException");
process.removeAllListeners("unhandledRejection");

async function render({ kind, request }: RenderJob): Promise<Uint8Array> {
  const { image, seed, longSide, watermark } = request;
  const picture = image === undefined ? generatePicture(seed, longSide) : await decodePicture(image, longSide);
  if (kind === "video") return encodeVideo(createFrameSource(picture, request), request.framesPerSecond);
  const result = image === undefined ? picture : tint(picture, seed);
  if (watermark) markPicture(result);
  return encodePicture(result);
}

async function answer(job: RenderJob): Promise<RenderReply> {
  try {
    return { kind: "done", bytes: await render(job) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof PictureDecodeError ? "undecodable" : "failed", message };
  }
}

parentPort?.on("message", async (job: RenderJob) => {
  const reply = await answer(job);
  const transfer = reply.kind === "done" && reply.bytes.buffer instanceof ArrayBuffer ? [reply.bytes.buffer] : [];
  parentPort?.postMessage(reply, transfer);
});
