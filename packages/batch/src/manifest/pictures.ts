import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { KlingkitError } from "@klingkit/core";
import { fileInput, makeFolder } from "@klingkit/core/node";
import type { MediaField } from "@klingkit/spec";
import { checkPicture } from "@klingkit/spec/picture";
import { sha256 } from "../identity.js";
import { writeWhole } from "../write-whole.js";

/** What is known of a file: the hash of its content, or why it can't be sent. */
export type FileFacts = { readonly sha256: string } | { readonly what: string; readonly remedy: string };

interface Remembered {
  readonly size: number;
  readonly mtimeMs: number;
  readonly sha256: string;
  /** The limits that the file was checked against and keeps, as JSON. */
  readonly keeps: string;
}

/** Pictures and sounds below a folder, each read once as long as its size and time stay. */
export class Pictures {
  readonly #folder: string;
  readonly #hashFile: string | undefined;
  readonly #facts = new Map<string, Promise<FileFacts>>();
  #remembered: Record<string, Remembered> = {};
  #changed = false;

  constructor(folder: string, hashFile: string | undefined) {
    this.#folder = path.resolve(folder);
    this.#hashFile = hashFile;
  }

  async load(): Promise<void> {
    if (!this.#hashFile) return;
    const text = await readFile(this.#hashFile, "utf8").catch(() => "{}");
    try {
      this.#remembered = JSON.parse(text) as Record<string, Remembered>;
    } catch {
      // A damaged file only costs the time to hash the pictures again.
    }
  }

  /** Never fails: without the file the pictures are only hashed again. */
  async save(): Promise<void> {
    if (!this.#hashFile || !this.#changed) return;
    try {
      await makeFolder(path.dirname(this.#hashFile));
      await writeWhole(this.#hashFile, JSON.stringify(this.#remembered), 0o600);
    } catch {}
  }

  /** Where a path of the manifest leads to. */
  resolve(name: string): string {
    return path.resolve(this.#folder, name);
  }

  facts(name: string, field: MediaField): Promise<FileFacts> {
    const key = `${name}\n${JSON.stringify(field)}`;
    const known = this.#facts.get(key) ?? this.#look(name, field);
    this.#facts.set(key, known);
    return known;
  }

  async #look(name: string, field: MediaField): Promise<FileFacts> {
    try {
      const file = this.resolve(name);
      if (!(await this.#isInside(file)))
        return { what: `${name} lies outside of the manifest's folder.`, remedy: "Copy it into the folder." };
      return await this.#read(file, name, field);
    } catch (error) {
      if (!KlingkitError.isInstance(error)) throw error;
      return { what: error.message.replace(error.remedy, "").trim(), remedy: error.remedy };
    }
  }

  /** Whether the file is below the folder, and the target of a link too. */
  async #isInside(file: string): Promise<boolean> {
    const isBelow = (folder: string, target: string) =>
      !/^\.\.([\\/]|$)/.test(path.relative(folder, target)) && !path.isAbsolute(path.relative(folder, target));
    if (!isBelow(this.#folder, file)) return false;
    const [folder, target] = await Promise.all([realpath(this.#folder), realpath(file).catch(() => undefined)]);
    return target === undefined || isBelow(folder, target);
  }

  async #read(file: string, name: string, field: MediaField): Promise<FileFacts> {
    const found = await stat(file).catch(() => undefined);
    const keeps = JSON.stringify(field);
    const known = this.#remembered[file];
    if (found && known?.size === found.size && known.mtimeMs === found.mtimeMs && known.keeps === keeps)
      return { sha256: known.sha256 };
    const { maxBytes = Number.POSITIVE_INFINITY } = field.image ?? field.audio ?? {};
    const bytes = await fileInput(file, name).read(maxBytes);
    const problem = field.image ? checkPicture(bytes, field.image) : undefined;
    if (problem) return { what: `${name} ${problem.what}.`, remedy: problem.advice };
    if (bytes.length > maxBytes)
      return { what: `${name} is larger than ${maxBytes} bytes.`, remedy: "Save it smaller." };
    const facts = { sha256: sha256(bytes) };
    if (found) this.#remembered[file] = { size: found.size, mtimeMs: found.mtimeMs, ...facts, keeps };
    this.#changed = true;
    return facts;
  }
}
