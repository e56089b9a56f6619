// Puts each entry into one file, and all that entries share into one chunk: a process that imports the client opens three
// files instead of sixty. Not minified: who reads or debugs the package sees the code as it was written.
import { rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");
const spec = (name) => path.resolve(root, `../../spec/dist/src/${name}.js`);
rmSync(path.join(root, "dist/chunks"), { recursive: true, force: true });

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: root,
  outbase: "src",
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  packages: "external",
  // The contract's tables for clients are part of the client; the rest of the contract stays where it is.
  alias: Object.fromEntries(
    ["client", "result-address", "slots"].map((name) => [`@klingkit/spec/${name}`, spec(name)]),
  ),
};

await build({
  ...common,
  entryPoints: ["index", "callbacks/index", "inputs/index", "pricing/index", "node/index"].map(
    (name) => `src/${name}.ts`,
  ),
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  // Whatever the client reaches is reached by every entry, and so lies in the one chunk that they share.
  inject: ["src/index.ts"],
  ignoreAnnotations: true,
});

// Shares nothing with the others.
await build({ ...common, entryPoints: ["src/preflight/index.ts"] });
