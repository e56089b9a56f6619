import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes it durable that a file was made or renamed in the folder; not every system lets a folder be synced. */
export function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, "r");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // The file itself is synced; a folder that can't be is the system's own affair.
  }
}
