import { statfs } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Io } from "./io.js";

/**
 * The folder that holds what the command line remembers: `KLINGKIT_STATE_DIR`, else the one the system has for such
 * things (XDG's state folder, `Library/Application Support`, `LOCALAPPDATA`).
 */
export function stateFolder({ env }: Pick<Io, "env">): string {
  if (env.KLINGKIT_STATE_DIR) return path.resolve(env.KLINGKIT_STATE_DIR);
  const home = env.HOME || homeFolder();
  if (process.platform === "win32")
    return path.join(env.LOCALAPPDATA || path.join(home, "AppData", "Local"), "klingkit", "state");
  if (process.platform === "darwin") return path.join(home, "Library", "Application Support", "klingkit");
  return path.join(env.XDG_STATE_HOME || path.join(home, ".local", "state"), "klingkit");
}

/** The root where the system knows no user of this number, as in many containers. */
function homeFolder(): string {
  try {
    return os.homedir();
  } catch {
    return path.sep;
  }
}

/** Where tasks are remembered. Simulated ones are kept apart. */
export function taskFolder(io: Pick<Io, "env">, isSimulated: boolean): string {
  return path.join(stateFolder(io), isSimulated ? "simulated" : "tasks");
}

/** Kinds of network file systems, by the numbers Linux gives them: NFS, SMB, CIFS, SMB2, AFS, 9P, Ceph. */
const networkKinds = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x01021997, 0x00c36400]);

/** Whether a folder, or the nearest one above it that exists, lies on a network file system. False where nobody can tell. */
export async function isOnNetwork(folder: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  for (let place = folder; ; place = path.dirname(place)) {
    const found = await statfs(place).catch(() => undefined);
    if (found) return networkKinds.has(Number(found.type) >>> 0);
    if (place === path.dirname(place)) return false;
  }
}
