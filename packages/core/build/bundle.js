// Puts each entry into one file, and what several entries share into chunks: a process that imports the client opens a
// handful of files instead of sixty. Not minified: who reads or debugs the package sees the code as it was written.
import { rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");
const spec = (name) => path.resolve(root, `../../spec/dist/src/${name}.js`);
rmSync(path.join(root, "dist/chunks"), { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints: [
    "src/index.ts",
    "src/callbacks/index.ts",
    "src/preflight/index.ts",
    "src/inputs/index.ts",
    "src/pricing/index.ts",
    "src/node/index.ts",
  ],
  outbase: "src",
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  packages: "external",
  // The contract's tables for clients are part of the client; the rest of the contract stays where it is.
  alias: Object.fromEntries(
    ["client", "result-address", "slots"].map((name) => [`@klingkit/spec/${name}`, spec(name)]),
  ),
});
