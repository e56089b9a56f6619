import { createReadStream } from "node:fs";

/** A line of a manifest longer than this, in characters, is a mistake: even a picture as base64 is shorter. */
export const longestLine = 32 * 2 ** 20;

/** The file is not UTF-8, or a line of it has no end. */
export class TextFileError extends Error {
  readonly remedy: string;
  constructor(what: string, remedy: string) {
    super(what);
    this.remedy = remedy;
  }
}

/** A file's text in pieces. @throws TextFileError where it is not UTF-8 */
export async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Buffer) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new TextFileError("The file is not UTF-8.", "Save it as UTF-8 (in a spreadsheet: CSV UTF-8).");
    }
  };
  for await (const bytes of createReadStream(file)) yield decode(bytes as Buffer);
  yield decode();
}

/** A file's lines, with their numbers from 1. @throws TextFileError */
export async function* readLines(file: string): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  let rest = "";
  let line = 0;
  for await (const piece of readText(file)) {
    // Line ends are looked for in the new piece only: a line of many pieces must not take quadratic time.
    const [end = "", ...texts] = piece.split("\n");
    rest += end;
    for (const text of texts) {
      yield { line: ++line, text: rest.replace(/\r$/, "") };
      rest = text;
    }
    if (rest.length > longestLine)
      throw new TextFileError(`Line ${line + 1} is longer than 32 MB.`, "Give pictures as files or addresses.");
  }
  if (rest !== "") yield { line: line + 1, text: rest };
}
