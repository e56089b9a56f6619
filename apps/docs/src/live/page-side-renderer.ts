import type { RenderedMessage } from "./protocol.js";
import type { RenderJob, RenderReply } from "./render-worker.js";

/** Longest result that is rendered, in seconds, and its longest side: what edited code asks for is bounded. */
const longest = { seconds: 15, side: 1280 };

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
    durationSeconds: Math.min(longest.seconds, request.durationSeconds),
    longSide: Math.min(longest.side, request.longSide),
  };
}
