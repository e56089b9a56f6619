import type { RowResult } from "../engine.js";

/** One card of the contact sheet; short names, because there may be many thousands of them. */
export interface Card {
  readonly id: string;
  readonly state: string;
  readonly files: readonly string[];
  /** Where each of them is, as an address; empty for what a browser can't open. */
  readonly places: readonly string[];
  readonly usd: number;
  readonly attempt: number;
  readonly prompt: string;
  /** Why there is no video. */
  readonly code: string;
  readonly message: string;
}

export interface Sheet {
  readonly name: string;
  /** Unix milliseconds. */
  readonly writtenAt: number;
  readonly cards: readonly Card[];
}

export function cardOf({ row, state, files, usd, attempt, error }: RowResult): Card {
  const { prompt = "" } = row.body;
  const text = String(prompt).slice(0, 300);
  return {
    id: row.id,
    state,
    files,
    places: files.map(placeOf),
    usd,
    attempt,
    prompt: text,
    code: error?.code ?? "",
    message: error?.message ?? "",
  };
}

/** A file of the folder, or what `storeResult` has returned: an address on the web, a key of a bucket. */
function placeOf(file: string): string {
  if (/^https?:/i.test(file)) return file;
  return /^[a-z][a-z0-9+.-]*:/i.test(file) ? "" : encodeURIComponent(file);
}
