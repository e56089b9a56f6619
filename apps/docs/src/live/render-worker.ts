import { createBrowserRenderer } from "@klingkit/mock-server/browser";

// A classic worker: it can load the encoder, a classic script, and only where the browser has none of its own.
declare function importScripts(url: string): void;
declare const HME: typeof import("h264-mp4-encoder");

/** A picture or video to render, and where to say so. */
export interface RenderJob {
  readonly id: number;
  readonly kind: "video" | "picture";
  readonly request: Parameters<ReturnType<typeof createBrowserRenderer>["render"]>[0];
}

export type RenderReply =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly message: string };

/** How much of a video is there, 0 to 1. */
export interface RenderProgress {
  readonly id: number;
  readonly share: number;
}

/** The page is drawn again with each report. */
const framesPerReport = 6;

/** One after the other: then progress is of the one video that is being rendered. */
let last: Promise<void> = Promise.resolve();
let current = 0;

const renderer = createBrowserRenderer({
  onFrame(frame, frames) {
    if (frame % framesPerReport === 0)
      self.postMessage({ id: current, share: frame / frames } satisfies RenderProgress);
  },
  loadEncoder() {
    importScripts(new URL("h264-mp4-encoder.web.js", self.location.href).href);
    return HME.createH264MP4Encoder();
  },
});

addEventListener("message", ({ data }: MessageEvent<RenderJob>) => {
  last = last.then(() => render(data));
});

async function render({ id, kind, request }: RenderJob): Promise<void> {
  current = id;
  try {
    const bytes = await (kind === "video" ? renderer.render(request) : renderer.renderPicture(request));
    self.postMessage({ id, bytes } satisfies RenderReply, { transfer: [bytes.buffer] });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    self.postMessage({ id, message } satisfies RenderReply);
  }
}
