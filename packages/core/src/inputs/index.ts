export { changeMedia } from "@klingkit/spec/media-fields";
export type { InputSource, MediaInput, WithInputs } from "./media-input.js";
export { prepare } from "./prepare.js";
