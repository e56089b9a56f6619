import { createHash, randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { codeOf } from "./error-code.js";
import { isOlder } from "./is-older.js";

/** `.<name>.<machine>-<process id>.<uuid>.part` */
const partialName = /^\..{1,40}\.([0-9a-f]{8})-(\d+)\.[0-9a-f-]{36}\.part$/s;
/** A file is abandoned when no process has written to it for this long, in milliseconds. */
const abandonedAfter = 86_400_000;

/** Where a file is written until it is whole: a hidden file beside it, with the writing process in its name. */
export function partialFileOf(file: string): string {
  const name = path.basename(file).slice(0, 40);
  return path.join(path.dirname(file), `.${name}.${machineId()}-${process.pid}.${randomUUID()}.part`);
}

/** Removes the partial files that killed processes have left in a folder. What can't be removed is left alone. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, machine, pid] = partialName.exec(name) ?? [];
    if (pid === undefined) continue;
    const file = path.join(folder, name);
    const isAbandoned = machine === machineId() ? !isRunning(Number(pid)) : await isOlder(file, abandonedAfter);
    if (isAbandoned) await rm(file, { force: true }).catch(() => {});
  }
}

/** Process ids mean something on one machine only, and there within one container. */
function machineId(): string {
  let processNamespace = "";
  try {
    processNamespace = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Only Linux has them.
  }
  return createHash("sha256").update(`${hostname()} ${processNamespace}`).digest("hex").slice(0, 8);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process runs, and may not be asked.
    return codeOf(error) === "EPERM";
  }
}
