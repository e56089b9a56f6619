// The runner of the live examples, the page's renderer and the editor's types: classic scripts, because a sandboxed frame without an origin
// can start no other kind, and because the renderer loads its spare encoder with importScripts.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import { collectTypes } from "./collect-types.mjs";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "public", "live");

/** What sucrase can do besides TypeScript and imports; examples need none of it, and readers would load it. */
const unneeded = [
  "ESMImportTransformer",
  "FlowTransformer",
  "JestHoistTransformer",
  "JSXTransformer",
  "NumericSeparatorTransformer",
  "OptionalCatchBindingTransformer",
  "OptionalChainingNullishTransformer",
  "ReactDisplayNameTransformer",
  "ReactHotLoaderTransformer",
  "computeSourceMap",
  "formatTokens",
  // Checks sucrase's options against a schema; ours are constants.
  "Options",
];
const leaveOut = {
  name: "leave-out",
  setup(bundle) {
    const filter = new RegExp(`sucrase[/\\\\]dist[/\\\\]esm[/\\\\](.*[/\\\\])?(${unneeded.join("|")})\\.js$`);
    const contents =
      "export default class {}\nexport const validateOptions = () => {};\nexport const startsWithLowerCase = (text) => /^[a-z]/.test(text);\n";
    bundle.onLoad({ filter }, () => ({ contents, loader: "js" }));
  },
};

export async function bundleRunner() {
  mkdirSync(folder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: {
      runner: "src/sandbox/worker.ts",
      "render-worker": "src/live/render-worker.ts",
      "types-worker": "src/types/worker.ts",
    },
    outdir: folder,
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    plugins: [leaveOut],
    // TypeScript asks for these in Node only.
    external: ["fs", "path", "os", "crypto", "inspector", "perf_hooks", "source-map-support"],
  });
  writeFileSync(path.join(folder, "types.json"), JSON.stringify(collectTypes()));
  copyFileSync(path.join(root, "src/sandbox/sandbox.html"), path.join(folder, "sandbox.html"));
  const encoder = path.dirname(createRequire(import.meta.url).resolve("h264-mp4-encoder"));
  copyFileSync(path.join(encoder, "h264-mp4-encoder.web.js"), path.join(folder, "h264-mp4-encoder.web.js"));
}
