// Every page of the site in both themes at three widths: axe with all rules on every element, shifts of the layout with
// every file and the page itself late, overflow, requests to elsewhere; and every operation of the reference tried on its
// page. The same tests as in `npm test`, which tries what differs. Takes about a quarter of an hour. Needs Chromium; set
// CHROMIUM_PATH where it is not in its usual place.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { runTests } from "./support/run-tests.mjs";

const docs = path.resolve(import.meta.dirname, "../apps/docs");
const { status } = spawnSync(process.execPath, [path.join(docs, "scripts/build.mjs")], { stdio: "ignore" });
if (status !== 0) throw new Error("The site can't be built; `npm run docs` says why.");
runTests("tests", "site/", { KLINGKIT_SITE_SWEEP: "1" });
