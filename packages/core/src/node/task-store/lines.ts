import type { TaskRecord, TaskState } from "../../index.js";

/** Of this format; a reader refuses what a newer klingkit wrote. */
const formatVersion = 2;

/** First line of every file. */
export const header = `${JSON.stringify({ klingkit: "task-store", version: formatVersion })}\n`;

/** Last line that counts: the records have moved to the next file. */
export const seal = `${JSON.stringify({ sealed: true })}\n`;

/** One line of a file. */
export interface RecordLine {
  readonly record: TaskRecord;
  /** Whether the line asks for the intention; else it states what became of it. */
  readonly claim: boolean;
  /** Tells its writer from others; absent in records that were moved. */
  readonly id?: string | undefined;
}

export function formatLine({ record, claim, id }: RecordLine): string {
  return `${JSON.stringify({ ...record, ...(claim ? { claim } : {}), ...(id ? { id } : {}) })}\n`;
}

/** What a line says. A torn one says nothing: its writer was never told that it is safe. */
export function parseLine(text: string): RecordLine | "header" | "older" | "newer" | "sealed" | undefined {
  const fields = parse(text);
  if (fields.klingkit === "task-store") return versionOf(fields);
  if (fields.sealed === true) return "sealed";
  const record = recordFrom(fields);
  const { claim, id } = fields;
  return record && { record, claim: claim === true, ...(typeof id === "string" ? { id } : {}) };
}

function versionOf({ version }: Fields): "header" | "older" | "newer" {
  if (Number(version) === formatVersion) return "header";
  return Number(version) > formatVersion ? "newer" : "older";
}

const states: readonly TaskState[] = ["sending", "unknown", "refused", "accepted", "ended"];

/** After its claim, a process of version 1 may have been sending for so long, in milliseconds. */
const longestSend = 15 * 60_000;

function recordFrom({ claim, id, ...fields }: Fields): TaskRecord | undefined {
  const { family, external_task_id, updatedAt, state } = fields;
  if (typeof family !== "string" || typeof external_task_id !== "string") return undefined;
  if (typeof updatedAt !== "number" || !states.some((known) => known === state)) return undefined;
  // Version 1 named neither server nor claim: its file served one server.
  const times = { claimedAt: updatedAt, until: state === "sending" ? updatedAt + longestSend : updatedAt };
  return { dialect: "cometapi", origin: "", account: "", ...times, ...fields } as TaskRecord;
}

type Fields = Readonly<Record<string, unknown>>;

function parse(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Fields) : {};
  } catch {
    return {};
  }
}
