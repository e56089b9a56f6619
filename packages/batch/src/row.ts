import type { Dialect } from "@klingkit/core";

/** One row of a manifest: one task to be made. */
export interface BatchRow {
  /** Names the row and its files: from the column `id`, else the picture's file, else the digest. */
  readonly id: string;
  readonly family: string;
  /** The request by wire names. A picture or sound in a file is there as an `InputSource`. */
  readonly body: Readonly<Record<string, unknown>>;
  /** SHA-256 of the request with its files' content: a row with another digest is another intention. */
  readonly digest: string;
  /** Where it stands in its manifest; a picture of a folder has none. */
  readonly line?: number;
  /** The first picture as an address, or as a path from the manifest's folder: what a report shows while there is no video. */
  readonly picture?: string;
  /** By Kling's price list; null where the price is not on record. */
  readonly units: number | null;
  readonly usd: number | null;
}

/** Something about a manifest that has to be mended, or should be looked at. */
export interface Problem {
  readonly line?: number;
  readonly row?: string;
  /** Column or field. */
  readonly column?: string;
  readonly what: string;
  readonly remedy: string;
}

/** What reading a manifest brought. While there are problems nothing is submitted. */
export interface Manifest {
  readonly rows: readonly BatchRow[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export interface ManifestOptions {
  /** Family of rows that name none. Default `image2video`. */
  readonly family?: string;
  /** Fields of rows that do not have them. In a folder of pictures `{name}` in the prompt stands for the picture's name. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Adds to a request what it does not have, such as a model where none is named. */
  readonly complete?: (family: string, body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** Folder that the manifest's paths start from, and must not leave. Default: the manifest's own. */
  readonly folder?: string;
  /** Default `cometapi`. */
  readonly dialect?: Dialect;
  /** Where hashes of pictures are remembered by size and time, so that each is read once. Default: nowhere. */
  readonly hashFile?: string;
}

/** A row as its manifest has it. */
export interface RawRow {
  readonly line?: number;
  /** Texts from a CSV file, any JSON from a JSONL file. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A problem in words: where, what, and what to do. */
export function describeProblem({ line, row, column, what, remedy }: Problem): string {
  const places = [line && `line ${line}`, row && `row ${row}`, column].filter(Boolean);
  return `${places.length > 0 ? `${places.join(", ")}: ` : ""}${what} ${remedy}`;
}
