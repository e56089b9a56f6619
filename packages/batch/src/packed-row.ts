import path from "node:path";
import { changeMedia } from "@klingkit/core/inputs";
import { fileInput } from "@klingkit/core/node";
import { isFile, isPath } from "./media.js";
import type { BatchRow } from "./row.js";

/** A row as JSON: a file is there as its path in the manifest, for the workers to read. */
export function packRow(row: BatchRow): BatchRow {
  return { ...row, body: changeMedia(row.family, row.body, (value) => (isFile(value) ? value.name : value)) };
}

/** @param pictures folder on this machine that the paths start from */
export function unpackRow(row: BatchRow, pictures: string): BatchRow {
  const unpack = (value: unknown) => (isPath(value) ? fileInput(path.resolve(pictures, value), value) : value);
  return { ...row, body: changeMedia(row.family, row.body, unpack) };
}
