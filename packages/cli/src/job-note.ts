import path from "node:path";
import type { TaskRecord } from "@klingkit/core";

/** What the command line writes beside a task's record, to find its way back. */
export interface JobNote {
  /** `generate` or `submit`. */
  readonly command?: string;
  readonly model?: string;
  /** `std`, `pro` or `4k`, where the request named one. */
  readonly mode?: string;
  /** Dollars by the list; null where the price is not on record. */
  readonly usd?: number | null;
  /** File or folder for the result as it was given; absent where none was wanted. */
  readonly out?: string;
  readonly force?: boolean;
  /** Name of the file in a folder, without its extension. */
  readonly stem?: string;
  /** Folder that the command ran in. */
  readonly folder?: string;
  /** The server's address where it has a path, which the record's origin leaves out. */
  readonly baseUrl?: string;
  /** Name of the environment variable that the key came from, where a profile named it. */
  readonly keyVariable?: string;
  /** Set when the result lies where it was wanted, or the task has failed. */
  readonly done?: boolean;
  /** Set by `forget`. */
  readonly forgotten?: boolean;
}

export function noteIn({ note }: TaskRecord): JobNote {
  return note !== null && typeof note === "object" ? note : {};
}

/** Address of the server that has the task; empty where an early version did not note it. */
export function serverOf(record: TaskRecord): string {
  return noteIn(record).baseUrl ?? record.origin;
}

/** Whether the server at this address may have the task. */
export function isAt(record: TaskRecord, address: string): boolean {
  return ["", address, ...(noteIn(record).baseUrl ? [] : [new URL(address).origin])].includes(serverOf(record));
}

/** Where a job's result goes; undefined where none was wanted. */
export function targetOf({ out, folder }: JobNote): string | undefined {
  if (out === undefined) return undefined;
  const resolved = path.resolve(folder ?? ".", out);
  return /[/\\]$/.test(out) || out === "." ? `${resolved}${path.sep}` : resolved;
}
