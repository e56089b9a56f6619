export { PictureDecodeError, type PictureRequest, type Renderer, type RenderRequest } from "../media/renderer.js";
export { type BrowserRendererOptions, createBrowserRenderer } from "./browser-renderer.js";
