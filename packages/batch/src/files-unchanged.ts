import { InputError, type InputSource } from "@klingkit/core";
import { changeMedia } from "@klingkit/core/inputs";
import { digestOf, sha256 } from "./identity.js";
import { isFile } from "./media.js";
import type { BatchRow } from "./row.js";

/** The files of a row's pictures and sounds, by their names in the manifest. */
export function filesOf({ family, body }: BatchRow): ReadonlyMap<string, InputSource> {
  const files = new Map<string, InputSource>();
  changeMedia(family, body, (value) => {
    if (isFile(value)) files.set(value.name, value);
    return value;
  });
  return files;
}

/**
 * Makes sure that a row's files are those that its own id was computed from. Otherwise the next run, which reads other files,
 * would pay for the row again.
 * @throws InputError for a file that has changed since the manifest was read, is another one on this machine, or can't be read
 */
export async function checkFiles(row: BatchRow): Promise<void> {
  const files = filesOf(row);
  if (files.size === 0) return;
  const hashes = new Map<string, string>();
  for (const [name, file] of files) {
    hashes.set(name, sha256(await file.read(Number.POSITIVE_INFINITY)));
  }
  const { family, body, digest } = row;
  const read = changeMedia(family, body, (value) => (isFile(value) ? { sha256: hashes.get(value.name) } : value));
  if (digestOf(family, read) === digest) return;
  throw new InputError(
    `The content of ${[...files.keys()].join(", ")} is not what it was when the manifest was read.`,
    "Put the file back, or run the batch again with the new one.",
  );
}
