import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { reasonOf, StateFileError } from "./state-error.js";

/** Locks this process holds: its own number in a lock that it does not hold is that of one before it. */
const held = new Set<string>();

/**
 * Makes sure that one process at a time uses a state file: `<file>.lock` names it. The lock of a process that is gone,
 * as `kill -9` leaves it, is taken over.
 * @returns a function that releases the lock
 * @throws StateFileError where another process uses the file
 */
export function lockState(file: string): () => void {
  const lock = `${file}.lock`;
  for (let tries = 0; tries < 10; tries += 1) {
    if (tryLock(lock)) {
      held.add(lock);
      return () => {
        if (held.delete(lock)) rmSync(lock, { force: true });
      };
    }
    const owner = read(lock);
    if (owner !== undefined && isInUse(lock, owner))
      throw new StateFileError(
        `Process ${Number.parseInt(owner, 10)} is using the state file ${file}; end it, or give another --state.`,
      );
    if (owner !== undefined) removeStale(lock, owner);
  }
  throw new StateFileError(`The lock ${lock} can't be had; delete it if no simulator is using ${file}.`);
}

function tryLock(lock: string): boolean {
  try {
    writeFileSync(lock, markOf(process.pid), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    const what = `The lock ${lock} can't be written: ${reasonOf(error)}`;
    throw new StateFileError(`${what}; give --state another path.`, { cause: error });
  }
}

/** Two may find the same stale lock: it is moved away first, and put back where it was another's by then. */
function removeStale(lock: string, owner: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (read(aside) !== owner) linkSync(aside, lock);
  } catch {
    // Somebody else was faster.
  } finally {
    rmSync(aside, { force: true });
  }
}

function isInUse(lock: string, owner: string): boolean {
  const pid = Number.parseInt(owner, 10);
  if (!(pid > 0)) return false;
  if (pid === process.pid) return held.has(lock);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return markOf(pid) === owner;
}

/** A process's number, and on Linux when it started: numbers are given out again. */
function markOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`) ?? "";
  const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  return `${pid} ${started}`.trim();
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
