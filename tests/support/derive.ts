import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { isFresh } from "../../scripts/freshness.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const node = (folder: string, ...args: readonly string[]) =>
  execFileSync(process.execPath, args, { cwd: path.join(root, folder), stdio: ["ignore", "ignore", "inherit"] });

/**
 * Before any test: makes what sources read as files, where it is missing or stale. That is the contract's generated code,
 * the renderer's thread and the studio's page; all else that is built no test on sources sees.
 */
export default function derive(): void {
  if (!isFresh("spec", "generate")) {
    node("spec", "generate/main.js");
    node("spec", "../scripts/stamp.mjs", "generate");
  }
  if (isFresh("packages/mock-server")) return;
  // From here on the folder is no build of any sources.
  rmSync(path.join(root, "packages/mock-server/dist/.sources"), { force: true });
  node("packages/mock-server", "build/render-worker.mjs");
  node("packages/studio", "build/page.mjs");
  node("packages/mock-server", "build/studio.mjs");
}
