import type { PictureRequest, RenderRequest } from "../../media/renderer.js";

/** What a render worker is sent. */
export type RenderJob =
  | { readonly kind: "video"; readonly request: RenderRequest }
  | { readonly kind: "picture"; readonly request: PictureRequest };

/** What it sends back for one job. */
export type RenderReply =
  | { readonly kind: "done"; readonly bytes: Uint8Array }
  | { readonly kind: "undecodable" | "failed"; readonly message: string };
