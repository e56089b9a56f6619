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

const renderer = createBrowserRenderer({
  loadEncoder() {
    importScripts(new URL("h264-mp4-encoder.web.js", self.location.href).href);
    return HME.createH264MP4Encoder();
  },
});

addEventListener("message", async ({ data: { id, kind, request } }: MessageEvent<RenderJob>) => {
  try {
    const bytes = await (kind === "video" ? renderer.render(request) : renderer.renderPicture(request));
    self.postMessage({ id, bytes } satisfies RenderReply, { transfer: [bytes.buffer] });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    self.postMessage({ id, message } satisfies RenderReply);
  }
});
