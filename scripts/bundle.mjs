// Puts a package's entries into one file each, and what several of them share into chunks: who imports a package opens a
// few files instead of dozens. Not minified: who reads or debugs the package sees the code as it was written.
import { rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/**
 * Other packages stay where they are. Chunks lie in `dist/chunks`, one folder deep as the entries' folders are.
 * @param {string} root the package's folder
 * @param {readonly string[]} entries modules without their ending: `src/index`; each goes to the same place in `dist`
 * @param {import("esbuild").BuildOptions} [options] what this package needs besides
 */
export async function bundleEntries(root, entries, options = {}) {
  rmSync(path.join(root, "dist/chunks"), { recursive: true, force: true });
  await bundleAlone(root, entries, { splitting: true, chunkNames: "chunks/[name]-[hash]", ...options });
}

/** As {@link bundleEntries}, but each file holds all it needs. */
export async function bundleAlone(root, entries, options = {}) {
  await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => `${entry}.ts`),
    outbase: "src",
    outdir: "dist",
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    packages: "external",
    ...options,
  });
}
