export { changeMedia } from "./change-media.js";
export type { InputSource, MediaInput, WithInputs } from "./media-input.js";
export { prepare } from "./prepare.js";
