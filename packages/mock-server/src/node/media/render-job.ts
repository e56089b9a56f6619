import type { PictureRequest, RenderRequest } from "../../media/renderer.js";

/** A job for a render worker. */
export type RenderJob =
  | { readonly kind: "video"; readonly request: RenderRequest }
  | { readonly kind: "picture"; readonly request: PictureRequest };

/** The worker's answer to one job. */
export type RenderReply =
  | { readonly kind: "done"; readonly bytes: Uint8Array }
  | { readonly kind: "undecodable" | "failed"; readonly message: string };
