import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder on a real file system of its own, with room for so many kilobytes; only root on Linux can have one. */
export function mountSmallDisk(kilobytes: number): { readonly folder: string; readonly release: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), "klingkit-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder], { stdio: "pipe" });
  const release = () => {
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  };
  return { folder, release };
}

/** Whether tests with a small disk are left out, and the words that say so in their names. */
export const skipWithoutSmallDisk = !canMount();
export const smallDiskNote = skipWithoutSmallDisk ? " (skipped: needs root on Linux to mount a small disk)" : "";

function canMount(): boolean {
  try {
    mountSmallDisk(64).release();
    return true;
  } catch {
    return false;
  }
}
