import { builtFile } from "../built-file.js";

/** What the renderer's threads run: one file with everything that renders. */
export const renderScript = builtFile("node/media/render-worker.js");
