import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";

/** Files kept on disk between runs. The cache never fails: a file that can't be read or written counts as missing. */
export interface DiskCache {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps a file; the least recently used go where there are too many bytes. */
  set(key: string, bytes: Uint8Array): Promise<void>;
}

/** Bytes of the digest that each file begins with. */
const digestLength = 32;

/** @param mostBytes bytes kept at most; a file larger than that is not kept */
export function createDiskCache(folder: string, mostBytes: number): DiskCache {
  const fileOf = (key: string) => path.join(folder, digest(key).toString("hex"));
  let count = 0;

  return {
    async get(key) {
      const file = fileOf(key);
      const kept = await readFile(file).catch(() => undefined);
      const bytes = kept?.subarray(digestLength);
      // A crash of the machine can leave a file that is not whole.
      if (!kept || !bytes || !digest(bytes).equals(kept.subarray(0, digestLength))) return undefined;
      const now = new Date();
      await utimes(file, now, now).catch(() => {});
      return bytes;
    },
    async set(key, bytes) {
      if (bytes.length + digestLength > mostBytes) return;
      count += 1;
      const file = fileOf(key);
      const unfinished = `${file}.${process.pid}-${count}`;
      try {
        await makeFolder(folder);
        await writeFile(unfinished, Buffer.concat([digest(bytes), bytes]), { mode: 0o600 });
        await rename(unfinished, file);
        await trim(folder, mostBytes);
      } catch {
        await rm(unfinished, { force: true }).catch(() => {});
      }
    },
  };
}

/** One by one: where the system refuses with ENOENT, as under /proc, Node's own `recursive` never comes back. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(path.dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
}

/** Removes the least recently used files until the rest fit. Several processes may do so at once. */
async function trim(folder: string, mostBytes: number): Promise<void> {
  const files = await Promise.all((await readdir(folder)).map((name) => describe(path.join(folder, name))));
  const newestFirst = files.flatMap((file) => file ?? []).sort((one, other) => other.usedAt - one.usedAt);
  let total = 0;
  for (const { file, size } of newestFirst) {
    total += size;
    if (total > mostBytes) await rm(file, { force: true });
  }
}

async function describe(file: string) {
  const facts = await stat(file).catch(() => undefined);
  return facts && { file, size: facts.size, usedAt: facts.mtimeMs };
}

function digest(content: string | Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}
