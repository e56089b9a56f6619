import type { Renderer } from "@klingkit/mock-server";
import { render } from "../live/page-side-renderer.js";

/** The renderer of the live examples; it numbers its jobs itself. */
export const pageRenderer: Renderer = {
  render: (request) => rendered("video", request),
  renderPicture: (request) => rendered("picture", request),
};

async function rendered(kind: "video" | "picture", request: unknown): Promise<Uint8Array> {
  const message = await render({ id: 0, kind, request, onRendered: () => {} });
  if (message.type === "not-rendered") throw new Error(message.message);
  return message.bytes;
}
