import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Packages of others that are no dependencies, fetched from the registry into a folder, once.
 * @param {string} folder
 * @param {readonly string[]} packages with their exact versions
 * @param {readonly string[]} [options] npm's own
 * @returns {boolean} false where they could not be had
 */
export function fetchPackages(folder, packages, options = []) {
  const stamp = path.join(folder, "fetched");
  const wanted = packages.join("\n");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  // What asks for a newer Node may still run on this one; whether it does is seen then.
  const lenient = "--engine-strict=false";
  const { status } = spawnSync("npm", ["install", ...quiet, lenient, ...options, ...packages], {
    cwd: folder,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) return false;
  writeFileSync(stamp, wanted);
  return true;
}
