import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import type { Problem, RawRow } from "../row.js";
import { longestLine, readText } from "./text-file.js";

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Rows of a CSV file whose first line names the columns; empty cells are left out.
 * @throws TextFileError where it is not UTF-8
 */
export async function* readCsv(file: string, problems: Problem[]): AsyncGenerator<RawRow> {
  const settings = { bom: true, info: true, max_record_size: longestLine, relax_column_count: true } as const;
  // All three, because left to itself the parser takes the end of the first line for that of every row.
  const lineEnds = ["\r\n", "\n", "\r"];
  const parser = parse({ ...settings, skip_empty_lines: true, trim: true, record_delimiter: lineEnds });
  const source = Readable.from(readText(file), { objectMode: false });
  // `pipe` hands no errors on: without this the reader of the rows would wait for ever.
  source.on("error", (error) => parser.destroy(error));
  source.pipe(parser);
  let columns: readonly string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (columns === undefined) {
        columns = record;
        const found = checkColumns(columns);
        problems.push(...found);
        if (found.some(({ column }) => column === undefined)) return;
      } else if (record.length > columns.length) {
        const what = `There are ${record.length} cells, and ${columns.length} columns.`;
        problems.push({ line: info.lines, what, remedy: "Put texts with commas into double quotes." });
      } else yield { line: info.lines, fields: cells(columns, record) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problems.push(explain(error));
  } finally {
    source.destroy();
  }
}

function cells(columns: readonly string[], record: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [index, name] of columns.entries()) {
    const cell = record[index];
    if (cell !== undefined && cell !== "") fields[name] = cell;
  }
  return fields;
}

/** What is wrong with the columns. A problem that names no column is about all of them. */
function checkColumns(columns: readonly string[]): Problem[] {
  const [, separator] = (columns.length === 1 && /([;\t])/.exec(columns[0] ?? "")) || [];
  if (separator) {
    const what = `The columns are separated by ${separator === ";" ? "semicolons" : "tabs"}.`;
    return [{ line: 1, what, remedy: "Save the table with commas, or write JSON lines (.jsonl)." }];
  }
  const twice = columns.filter((name, index) => name !== "" && columns.indexOf(name) !== index);
  return twice.map((column) => ({ line: 1, column, what: "The column is there twice.", remedy: "Remove one." }));
}

function explain(error: CsvError): Problem {
  const line = Number((error as { readonly lines?: unknown }).lines) || undefined;
  const place = line === undefined ? {} : { line };
  if (error.code === "CSV_MAX_RECORD_SIZE")
    return { ...place, what: "A row is longer than 32 MB.", remedy: "Give pictures as files or addresses." };
  return { ...place, what: `It is no CSV: ${error.message}.`, remedy: "Close each double quote; separate by commas." };
}
