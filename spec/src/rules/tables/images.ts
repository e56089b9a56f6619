import type { Case } from "../cases.js";
import { ignored, together } from "./words.js";

export const imageCases: Readonly<Record<string, readonly Case[]>> = {
  imageGenerations: [
    together("image", "negative_prompt", "the server takes no negative_prompt when it starts from a picture"),
    ignored("image_reference", { image: [] }, "without image there is nothing to refer to"),
  ],
  omniImage: [
    ignored("n", { result_type: ["series"] }, "series_amount says how many pictures a series has"),
    ignored("series_amount", { result_type: ["single", ""] }, "n says how many single pictures are made"),
  ],
  multiImage2image: [together("scene_image", "scence_image", "they are two spellings of one field")],
};
