import { crc32 } from "node:zlib";
import type { TaskRecord, TaskState } from "../../index.js";

/** Of this format; a reader refuses what a newer klingkit wrote. */
const formatVersion = 2;

/** First line of every file. */
export const header = `${JSON.stringify({ klingkit: "task-store", version: formatVersion })}\n`;

/** Last line that counts: the records have moved to the next file. */
export const seal = '{"sealed":true}\n';

/** One line of a file. */
export interface RecordLine {
  readonly record: TaskRecord;
  /** Whether the line asks for the intention; else it states what became of it. */
  readonly claim: boolean;
  /** Identifies the call that wrote the line; absent in records that were moved. */
  readonly id?: string | undefined;
}

/** A line that was once whole and no longer is, moved here from the file before. */
export interface DamagedLine {
  readonly damaged: string;
}

/** JSON that begins with its own checksum and length; ASCII only, so that a changed byte changes no other's place. */
export function formatLine(content: RecordLine | DamagedLine): string {
  const rest = asciiJson("record" in content ? flat(content) : content).slice(1);
  return `{"crc":"${hexadecimal(crc32(rest))}","size":"${hexadecimal(rest.length)}",${rest}\n`;
}

function flat({ record, claim, id }: RecordLine): object {
  return { ...record, ...(claim ? { claim } : {}), ...(id ? { id } : {}) };
}

function asciiJson(value: object): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function hexadecimal(number: number): string {
  return number.toString(16).padStart(8, "0");
}

/** What the first line says of the file. */
export function readHeader(text: string): "this version" | "older" | "newer" | undefined {
  const { klingkit, version } = parse(text);
  if (klingkit !== "task-store" || typeof version !== "number") return undefined;
  if (version === formatVersion) return "this version";
  return version > formatVersion ? "newer" : "older";
}

/**
 * Reads a line. `torn`: its writer died while writing, so its claim was never confirmed, and the line is ignored.
 * `damaged`: it was complete once, and its content may have been confirmed.
 */
export function readLine(text: string): RecordLine | DamagedLine | "sealed" | "torn" | "damaged" {
  if (text === seal.trimEnd()) return "sealed";
  const [head = "", crc, size] = headOf.exec(text) ?? [];
  const rest = text.slice(head.length);
  if (hexadecimal(rest.length) !== size || hexadecimal(crc32(rest)) !== crc) return isTorn(text) ? "torn" : "damaged";
  const fields = parse(`{${rest}`);
  if (typeof fields.damaged === "string") return { damaged: fields.damaged };
  return recordLine(fields) ?? "damaged";
}

/** Checksum and length of the rest, in hexadecimal; every head is as long as this one. */
const emptyHead = '{"crc":"00000000","size":"00000000",';
const headOf = /^\{"crc":"([0-9a-f]{8})","size":"([0-9a-f]{8})",/;

/** Whether it is the beginning of a line, and only that: the beginning of an object is never JSON. */
function isTorn(text: string): boolean {
  const size = headOf.exec(text + emptyHead.slice(text.length))?.[2];
  if (size === undefined || text.length < emptyHead.length) return size !== undefined;
  return text.length - emptyHead.length < Number.parseInt(size, 16) && Object.keys(parse(text)).length === 0;
}

/** Reads a line of version 1, which had no checksum: a line that can't be read was torn. */
export function readOldLine(text: string): RecordLine | "sealed" | "torn" {
  if (text === seal.trimEnd()) return "sealed";
  return recordLine(parse(text)) ?? "torn";
}

function recordLine({ crc: _, size: __, claim, id, ...fields }: Fields): RecordLine | undefined {
  const record = recordFrom(fields);
  return record && { record, claim: claim === true, ...(typeof id === "string" ? { id } : {}) };
}

const states: readonly TaskState[] = ["sending", "unknown", "refused", "accepted", "ended"];

/** After its claim, a process of version 1 may have been sending for so long, in milliseconds. */
const longestSend = 15 * 60_000;

function recordFrom(fields: Fields): TaskRecord | undefined {
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
