import { crc32 } from "node:zlib";
import type { JournalEntry } from "../journal.js";

/** A line of a state file: JSON that begins with its own checksum and length. */
export function formatLine(entry: JournalEntry): string {
  const rest = JSON.stringify(entry).slice(1);
  return `{"crc":"${hexadecimal(crc32(rest))}","size":"${hexadecimal(rest.length)}",${rest}\n`;
}

/**
 * What a line says. `torn`: only parts of it were written when process or system died, so what it
 * says was never confirmed: its beginning, or more with a hole of zeros, as a power failure leaves it. `damaged`: it was whole once, and what it said may have been confirmed.
 * @param text without the end of the line
 * @param isEnded whether that follows
 */
export function readLine(text: string, isEnded: boolean): JournalEntry | "torn" | "damaged" {
  if (text.includes("\0\0")) return "torn";
  const [head = "", crc, size = ""] = headOf.exec(text) ?? [];
  const rest = text.slice(head.length);
  const isLonger = head === "" ? text.length >= headLength : rest.length > Number.parseInt(size, 16);
  if (!isEnded) return isLonger ? "damaged" : "torn";
  if (hexadecimal(rest.length) !== size || hexadecimal(crc32(rest)) !== crc) return "damaged";
  const { crc: _crc, size: _size, ...entry } = JSON.parse(text);
  return entry;
}

const headOf = /^\{"crc":"([0-9a-f]{8})","size":"([0-9a-f]{8})",/;
const headLength = '{"crc":"00000000","size":"00000000",'.length;

function hexadecimal(number: number): string {
  return number.toString(16).padStart(8, "0");
}
