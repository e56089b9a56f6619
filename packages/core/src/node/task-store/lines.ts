import type { TaskEntry } from "../../index.js";

/** Of this format; a reader refuses what a newer klingkit wrote. */
const formatVersion = 1;

/** First line of every file. */
export const header = `${JSON.stringify({ klingkit: "task-store", version: formatVersion })}\n`;

/** Last line that counts: the entries have moved to the next file. */
export const seal = `${JSON.stringify({ sealed: true })}\n`;

/** One line of a file. */
export interface EntryLine {
  readonly entry: TaskEntry;
  /** Whether the line asks for the intention; else it states what became of it. */
  readonly claim: boolean;
  /** Tells its writer from others; absent in entries that were moved. */
  readonly id?: string | undefined;
}

export function formatLine({ entry, claim, id }: EntryLine): string {
  return `${JSON.stringify({ ...entry, ...(claim ? { claim } : {}), ...(id ? { id } : {}) })}\n`;
}

/** What a line says. A torn one says nothing: its writer was never told that it is safe. */
export function parseLine(text: string): EntryLine | "header" | "sealed" | "newer" | undefined {
  const fields = parse(text);
  if (fields.klingkit === "task-store") return Number(fields.version) > formatVersion ? "newer" : "header";
  if (fields.sealed === true) return "sealed";
  const { claim, id, ...entry } = fields;
  if (typeof entry.family !== "string" || typeof entry.external_task_id !== "string") return undefined;
  return { entry: entry as unknown as TaskEntry, claim: claim === true, ...(typeof id === "string" ? { id } : {}) };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
