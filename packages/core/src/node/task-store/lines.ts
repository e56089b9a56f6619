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
  const entry = entryFrom(fields);
  const { claim, id } = fields;
  return entry && { entry, claim: claim === true, ...(typeof id === "string" ? { id } : {}) };
}

const states: readonly TaskEntry["state"][] = ["sending", "accepted", "refused", "unknown", "ended"];

function entryFrom(fields: Readonly<Record<string, unknown>>): TaskEntry | undefined {
  const { family, external_task_id, task_id, updatedAt } = fields;
  const state = states.find((known) => known === fields.state);
  if (typeof family !== "string" || typeof external_task_id !== "string") return undefined;
  if (state === undefined || typeof updatedAt !== "number") return undefined;
  return { family, external_task_id, ...(typeof task_id === "string" ? { task_id } : {}), state, updatedAt };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
