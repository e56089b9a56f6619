import { parentPort } from "node:worker_threads";
import { messageOf } from "@klingkit/spec/web";
import { createFrameSource } from "../../media/frame-source.js";
import { generatePicture } from "../../media/generated-picture.js";
import { PictureDecodeError } from "../../media/renderer.js";
import { resultPicture } from "../../media/result-picture.js";
import { decodePicture } from "./decode-picture.js";
import { encodePicture } from "./encode-picture.js";
import { encodeVideo } from "./encode-video.js";
import type { RenderJob, RenderReply } from "./render-job.js";

// The encoder library installs handlers that print its whole source at an error and end the thread their own way.
process.removeAllListeners("uncaughtException");
process.removeAllListeners("unhandledRejection");

async function render({ kind, request }: RenderJob): Promise<Uint8Array> {
  const { image, longSide } = request;
  const picture = image === undefined ? generatePicture(request) : await decodePicture(image, longSide);
  if (kind === "video") return encodeVideo(createFrameSource(picture, request), request.framesPerSecond);
  return encodePicture(resultPicture(picture, request));
}

async function answer(job: RenderJob): Promise<RenderReply> {
  try {
    return { kind: "done", bytes: await render(job) };
  } catch (error) {
    return { kind: error instanceof PictureDecodeError ? "undecodable" : "failed", message: messageOf(error) };
  }
}

parentPort?.on("message", async (job: RenderJob) => {
  const reply = await answer(job);
  const transfer = reply.kind === "done" && reply.bytes.buffer instanceof ArrayBuffer ? [reply.bytes.buffer] : [];
  parentPort?.postMessage(reply, transfer);
});
