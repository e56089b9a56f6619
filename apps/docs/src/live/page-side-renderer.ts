import type { RenderedMessage } from "./protocol.js";
import type { RenderJob, RenderProgress, RenderReply } from "./render-worker.js";

/**
 * What a result has at most, whatever edited code asks for: seconds, pixels of its longer side, frames a second. A page
 * shows it 600 pixels wide at most; a sixth of the pixels that a port renders is enough for that, and sooner there.
 */
const most = { seconds: 15, side: 360, framesPerSecond: 10 };

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, Waiting>();

interface Waiting {
  resolve(reply: RenderReply): void;
  onRendered(share: number): void;
}

interface Rendering {
  readonly id: number;
  readonly kind: "video" | "picture";
  readonly request: unknown;
  /** Told how much of a video is there, 0 to 1. */
  onRendered(share: number): void;
}

/** Renders in a worker of the page's own, which is loaded with the first result. */
export async function render({ id, kind, request, onRendered }: Rendering): Promise<RenderedMessage> {
  count += 1;
  const job: RenderJob = { id: count, kind, request: bounded(request as RenderJob["request"]) };
  const reply = await new Promise<RenderReply>((resolve) => {
    waiting.set(job.id, { resolve, onRendered });
    startedWorker().postMessage(job);
  });
  return "bytes" in reply
    ? { type: "rendered", id, bytes: reply.bytes }
    : { type: "not-rendered", id, message: reply.message };
}

function startedWorker(): Worker {
  if (worker) return worker;
  worker = new Worker("/live/render-worker.js");
  worker.onmessage = ({ data }: MessageEvent<RenderReply | RenderProgress>) => {
    const asked = waiting.get(data.id);
    if ("share" in data) return asked?.onRendered(data.share);
    asked?.resolve(data);
    waiting.delete(data.id);
  };
  worker.onerror = (event) => {
    for (const [id, { resolve }] of waiting) resolve({ id, message: `The renderer crashed: ${event.message}` });
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
