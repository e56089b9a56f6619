// The last step of a package's task, run in its folder: `node ../../scripts/stamp.mjs build`.
import path from "node:path";
import { writeStamp } from "./freshness.mjs";
import { lastWords } from "./last-words.mjs";
import { removeLeftovers } from "./leftovers.mjs";

const [task] = process.argv.slice(2);
if (task === "build") removeLeftovers("dist");
writeStamp(path.relative(path.resolve(import.meta.dirname, ".."), process.cwd()), task);
console.log(lastWords);
