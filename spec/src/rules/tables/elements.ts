import type { Case } from "../cases.js";
import { missing } from "./words.js";

export const elementCases: Readonly<Record<string, readonly Case[]>> = {
  advancedCustomElements: [
    missing(
      "element_image_list",
      { reference_type: ["image_refer"] },
      "reference_type image_refer shows the element in pictures",
    ),
    missing(
      "element_video_list",
      { reference_type: ["video_refer"] },
      "reference_type video_refer shows the element in a video",
    ),
  ],
};
