import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";

/**
 * Deletes what `tsc -b` has left of sources that are there no more, so that nobody packs it.
 * @param {string} folder the package's `dist`
 */
export function removeLeftovers(folder) {
  for (const declarations of globSync("**/*.d.ts", { cwd: folder, absolute: true })) {
    const map = `${declarations}.map`;
    const sources = existsSync(map) ? JSON.parse(readFileSync(map, "utf8")).sources : [];
    if (sources.some((source) => existsSync(path.resolve(path.dirname(map), source)))) continue;
    const stem = declarations.slice(0, -".d.ts".length);
    for (const ending of [".d.ts", ".d.ts.map", ".js", ".js.map"]) rmSync(`${stem}${ending}`, { force: true });
  }
}
