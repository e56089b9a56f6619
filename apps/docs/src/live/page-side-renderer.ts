import type { RenderedMessage } from "./protocol.js";
import type { RenderJob, RenderReply } from "./render-worker.js";

/**
 * What a result has at most, whatever edited code asks for: seconds, pixels of its longer side, frames a second. A page
 * shows it 600 pixels wide at most; with a third of the pixels that a port renders, it is there in a third of the time.
 */
const most = { seconds: 15, side: 480, framesPerSecond: 15 };

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, (reply: RenderReply) => void>();

/** Renders in a worker of the page's own, which is loaded with the first result. */
export async function render(id: number, kind: "video" | "picture", request: unknown): Promise<RenderedMessage> {
  count += 1;
  const job: RenderJob = { id: count, kind, request: bounded(request as RenderJob["request"]) };
  const reply = await new Promise<RenderReply>((resolve) => {
    waiting.set(job.id, resolve);
    startedWorker().postMessage(job);
  });
  return "bytes" in reply
    ? { type: "rendered", id, bytes: reply.bytes }
    : { type: "not-rendered", id, message: reply.message };
}

function startedWorker(): Worker {
  if (worker) return worker;
  worker = new Worker("/live/render-worker.js");
  worker.onmessage = ({ data }: MessageEvent<RenderReply>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  worker.onerror = (event) => {
    for (const [id, resolve] of waiting) resolve({ id, message: `The renderer crashed: ${event.message}` });
    waiting.clear();
    worker = undefined;
  };
  return worker;
}

function bounded(request: RenderJob["request"]): RenderJob["request"] {
  return {
    ...request,
    durationSeconds: Math.min(most.seconds, request.durationSeconds),
    longSide: Math.min(most.side, request.longSide),
    framesPerSecond: Math.min(most.framesPerSecond, request.framesPerSecond),
  };
}
