import { builtFile } from "../built-file.js";

/** The script of the renderer's threads: one file with everything that renders. */
export const renderScript = builtFile("node/media/render-worker.js");
