import path from "node:path";
import { fileInput } from "@klingkit/core/node";
import type { BatchRow } from "../row.js";

/** A row as it travels: a file is there as its name, for the workers to read. */
export interface PackedRow extends Omit<BatchRow, "body"> {
  readonly body: unknown;
}

interface PackedFile {
  readonly klingkit_file: string;
}

export function packRow(row: BatchRow): PackedRow {
  return {
    ...row,
    body: mapDeep(row.body, (value) =>
      "read" in value && "name" in value ? { klingkit_file: value.name } : undefined,
    ),
  };
}

/** @param pictures folder on this machine that the names start from */
export function unpackRow(row: PackedRow, pictures: string): BatchRow {
  const unpack = (value: object) =>
    isFile(value) ? fileInput(path.resolve(pictures, value.klingkit_file), value.klingkit_file) : undefined;
  return { ...row, body: mapDeep(row.body, unpack) as BatchRow["body"] };
}

function isFile(value: object): value is PackedFile {
  return "klingkit_file" in value && typeof value.klingkit_file === "string";
}

function mapDeep(value: unknown, change: (value: object) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapDeep(item, change));
  if (value === null || typeof value !== "object") return value;
  const changed = change(value);
  if (changed !== undefined) return changed;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapDeep(inner, change)]));
}
