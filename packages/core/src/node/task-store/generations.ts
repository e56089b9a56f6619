import { randomUUID } from "node:crypto";
import { link, open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { codeOf } from "../error-code.js";
import { isOlder } from "../is-older.js";
import { makeFolder } from "../make-folder.js";
import { header } from "./lines.js";

/** The process that made a temporary file this old, in milliseconds, is no longer at work. */
const abandonedAfter = 60 * 60_000;

export function fileOf(folder: string, number: number): string {
  return path.join(folder, `tasks.${String(number).padStart(6, "0")}.jsonl`);
}

/** Number of the newest file, the one that counts; 0 where there is none. Makes the folder. */
export async function newest(folder: string): Promise<number> {
  await makeFolder(folder);
  return Math.max(0, ...(await readdir(folder)).map(numberOf));
}

/**
 * Makes a file with this content, whole or not at all. If another process has made it first, that file counts. It holds the
 * same records: both come from a file that is sealed.
 */
export async function create(folder: string, number: number, content: string): Promise<void> {
  await withTemporary(folder, content, async (temporary) => {
    // A link, unlike a rename, never replaces what is there.
    await link(temporary, fileOf(folder, number)).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
    await syncFolder(folder);
  });
}

/** Finds out whether a file with this content could be made. @throws what making it would throw */
export async function rehearse(folder: string, content: string): Promise<void> {
  await withTemporary(folder, content, async () => {});
}

/** A file under a name of its own, for its owner only, durable while `use` works with it. */
async function withTemporary(folder: string, content: string, use: (file: string) => Promise<void>): Promise<void> {
  const temporary = path.join(folder, `${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(header + content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Removes files that a newer one has replaced, and what crashes have left. What can't be removed is left alone. */
export async function removeOlder(folder: string, number: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const own = numberOf(name);
    const file = path.join(folder, name);
    if ((own > 0 && own < number) || (name.endsWith(".tmp") && (await isOlder(file, abandonedAfter))))
      await rm(file, { force: true }).catch(() => {});
  }
}

function numberOf(name: string): number {
  return Number(/^tasks\.(\d+)\.jsonl$/.exec(name)?.[1] ?? 0);
}

/** Makes the new name durable; systems that can't open a folder do that by themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
  } finally {
    await handle?.close();
  }
}
