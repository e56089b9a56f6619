// Puts a package's entries into one file each, and what several of them share into chunks: who imports a package opens a
// few files instead of dozens. Not minified: who reads or debugs the package sees the code as it was written.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { globSync } from "tinyglobby";

const spec = path.resolve(import.meta.dirname, "../spec");

/**
 * Other packages stay where they are. Chunks lie in `dist/chunks`, one folder deep as the entries' folders are.
 * @param {string} root the package's folder
 * @param {readonly string[]} entries modules without their ending: `src/index`; each goes to the same place in `dist`
 * @param {import("esbuild").BuildOptions} [options] what this package needs besides
 */
export async function bundleEntries(root, entries, options = {}) {
  // What an older version made must not be packed with what this one makes.
  for (const file of globSync("dist/**/*.js{,.map}", { cwd: root, absolute: true })) rmSync(file);
  await bundleAlone(root, entries, { splitting: true, chunkNames: "chunks/[name]-[hash]", ...options });
}

/**
 * Small parts of the contract's package that a package takes into its own files, so that a process opens fewer.
 * @param {readonly string[]} names entries of `@klingkit/spec`: `client`, `slots`
 * @returns {Record<string, string>} for esbuild's `alias`
 */
export function specInlined(names) {
  const { exports } = JSON.parse(readFileSync(path.join(spec, "package.json"), "utf8"));
  return Object.fromEntries(
    names.map((name) => [`@klingkit/spec/${name}`, path.join(spec, exports[`./${name}`]["klingkit-source"])]),
  );
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
    // With the sources in it: those that lie in another package are found nowhere else once this one is installed.
    sourcemap: true,
    ...options,
  });
}
