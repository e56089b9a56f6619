// The suite and the built client as one file for runtimes that can't find packages.
import path from "node:path";
import { build } from "esbuild";
import { requireBuilt } from "../../scripts/freshness.mjs";

const folder = import.meta.dirname;

/** The suite's text; a module that exports `runSuite`, or a script that leaves it in `klingkitSuite`. */
export async function bundleSuite(format) {
  requireBuilt(["packages/core"]);
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, "run.ts")],
    bundle: true,
    write: false,
    format,
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    logLevel: "error",
    ...(format === "iife" ? { globalName: "klingkitSuite" } : {}),
  });
  return outputFiles[0].text;
}
