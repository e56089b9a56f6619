import { readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const { packageManager } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const pinned = packageManager.replace(/\+.*$/, "");

/**
 * pnpm as the repository pins it: the one this runs under, else through npx.
 * @returns {readonly [string, readonly string[]]} the command, and the arguments that come before pnpm's own
 */
export function pnpmCommand() {
  const isUnderIt = process.env.npm_config_user_agent?.startsWith(`${pinned.replace("@", "/")} `);
  return isUnderIt ? ["pnpm", []] : ["npx", ["--yes", pinned]];
}
