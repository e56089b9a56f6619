import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** What a figure was measured on, and of: a reader needs it beside the figure. */
export function circumstances() {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    machine: `${os.cpus().length} × ${os.cpus()[0]?.model.trim() ?? process.arch}, ${os.platform()} ${os.release()}`,
    klingkit: versionOf(),
  };
}

/** The version of klingkit, and the commit where git knows it. */
function versionOf() {
  const { version } = JSON.parse(readFileSync(path.join(root, "packages/core/package.json"), "utf8"));
  try {
    const options = { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    return `${version} (${execFileSync("git", ["rev-parse", "--short", "HEAD"], options).trim()})`;
  } catch {
    return version;
  }
}
