import { parentPort } from "node:worker_threads";
import { createFrameSource } from "../../media/frame-source.js";
import { PictureDecodeError, type RenderRequest } from "../../media/renderer.js";
import { encodeVideo } from "./encode-video.js";
import type { RenderReply } from "./worker-client.js";

// The encoder library installs handlers that print its whole source at an error and end the thread their own way.
process.removeAllListeners("uncaughtException");
process.removeAllListeners("unhandledRejection");

async function answer(request: RenderRequest): Promise<RenderReply> {
  try {
    const frames = await createFrameSource(request);
    return { kind: "video", bytes: await encodeVideo(frames, request.framesPerSecond) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof PictureDecodeError ? "undecodable" : "failed", message };
  }
}

parentPort?.on("message", async (request: RenderRequest) => {
  const reply = await answer(request);
  const transfer = reply.kind === "video" && reply.bytes.buffer instanceof ArrayBuffer ? [reply.bytes.buffer] : [];
  parentPort?.postMessage(reply, transfer);
});
