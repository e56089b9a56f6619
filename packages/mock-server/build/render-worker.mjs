// A thread of its own, whose file is also the print of the renderer's code.
import path from "node:path";
import { bundleAlone } from "../../../scripts/bundle.mjs";

await bundleAlone(path.resolve(import.meta.dirname, ".."), ["src/node/media/render-worker"]);
