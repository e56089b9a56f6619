import { parseJson } from "@klingkit/spec";
import type { Problem, RawRow } from "../row.js";
import { readLines } from "./text-file.js";

/** Rows of a file with one JSON object a line; empty lines are left out. @throws TextFileError where it is not UTF-8 */
export async function* readJsonl(file: string, problems: Problem[]): AsyncGenerator<RawRow> {
  for await (const { line, text } of readLines(file)) {
    const content = line === 1 ? text.replace(/^\uFEFF/, "") : text;
    if (content.trim() === "") continue;
    const fields = parsed(content);
    if (fields) yield { line, fields };
    else
      problems.push({
        line,
        what: "The line is no JSON object.",
        remedy: "Write one object a line, without a comma after it.",
      });
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parseJson(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
