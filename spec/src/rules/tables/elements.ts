import type { Case } from "../cases.js";
import { forbidden, missing } from "./words.js";

const byPictures = { reference_type: ["image_refer"] };

export const elementCases: Readonly<Record<string, readonly Case[]>> = {
  advancedCustomElements: [
    missing("element_image_list", byPictures, "reference_type image_refer shows the element in pictures"),
    missing(
      "element_video_list",
      { reference_type: ["video_refer"] },
      "reference_type video_refer shows the element in a video",
    ),
    forbidden(
      "element_voice_id",
      byPictures,
      "element_voice_id is only supported with reference_type 'video_refer'",
      "Leave element_voice_id out: only elements from a video have a voice.",
    ),
  ],
};
