import type { Dialect } from "@klingkit/core";

/** One row of a manifest: one task to be made. */
export interface BatchRow {
  /** Name of the row and of its files: the column `id`, else the picture's file name, else the digest. */
  readonly id: string;
  /** The family that makes its task, such as `image2video`. */
  readonly family: string;
  /** The request, with the names of the API's fields. A picture or sound in a file is an `InputSource`. */
  readonly body: Readonly<Record<string, unknown>>;
  /** SHA-256 of the request, including the content of its files. A row with another digest is another request. */
  readonly digest: string;
  /** Line in the manifest; a picture of a folder has none. */
  readonly line?: number;
  /** The first picture as an address, or as a path from the manifest's folder: what a report shows while there is no video. */
  readonly picture?: string;
  /** Units by Kling's price list; null if the price is not known. */
  readonly units: number | null;
  /** The same in dollars. */
  readonly usd: number | null;
}

/** A problem in a manifest: an error, or a warning. */
export interface Problem {
  /** Line in the manifest, from 1; absent for a picture of a folder, and for a problem that is not about a row. */
  readonly line?: number;
  /** The row's id, if it is known by then. */
  readonly row?: string;
  /** Column or field. */
  readonly column?: string;
  /** What is wrong, in one sentence. */
  readonly what: string;
  /** What to do, in one sentence. */
  readonly remedy: string;
}

/** A problem of a row, before its place is known. */
export type FieldProblem = Omit<Problem, "line" | "row">;

/** The content of a manifest. While it has problems, nothing is submitted. */
export interface Manifest {
  /** The rows, also those with problems; a row of an unknown family is left out. */
  readonly rows: readonly BatchRow[];
  /** What has to be corrected first. */
  readonly problems: readonly Problem[];
  /** What may be wrong; at most 100, each once. */
  readonly warnings: readonly Problem[];
}

export interface ManifestOptions {
  /** Family of rows that don't name one. Default `image2video`. */
  readonly family?: string | undefined;
  /** Default values of fields. For a folder of pictures, `{name}` in the prompt stands for the picture's name. */
  readonly defaults?: Readonly<Record<string, unknown>> | undefined;
  /** Completes a request, for example with a model if it names none. */
  readonly complete?:
    | ((family: string, body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>)
    | undefined;
  /** Folder for the manifest's paths, which must not lead out of it. Default: the manifest's own. */
  readonly folder?: string | undefined;
  /** Default `cometapi`. */
  readonly dialect?: Dialect | undefined;
  /** File that keeps hashes of pictures by size and time, so that each picture is read once. Default: none. */
  readonly hashFile?: string | undefined;
}

/** A row as its manifest has it. */
export interface RawRow {
  readonly line?: number;
  /** Texts from a CSV file, any JSON from a JSONL file. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Describes a problem: where it is, what is wrong, and what to do. */
export function describeProblem({ line, row, column, what, remedy }: Problem): string {
  const places = [line && `line ${line}`, row && `row ${row}`, column].filter(Boolean);
  return `${places.length > 0 ? `${places.join(", ")}: ` : ""}${what} ${remedy}`;
}
