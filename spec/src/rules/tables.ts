import type { Case } from "./cases.js";
import { elementCases } from "./tables/elements.js";
import { imageCases } from "./tables/images.js";
import { soundCases } from "./tables/sounds.js";
import { videoCases } from "./tables/videos.js";

/** The cases of each operation; `*` counts for all. */
export const operationCases: Readonly<Record<string, readonly Case[]>> = {
  ...videoCases,
  ...soundCases,
  ...imageCases,
  ...elementCases,
};
