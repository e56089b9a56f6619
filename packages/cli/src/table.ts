import { displayWidth, padTo, startWithin } from "./display-width.js";
import type { Output } from "./output.js";

/** Rows under a head, in columns. On a terminal each line is cut to its width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], output: Output): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, index) => Math.max(...all.map((row) => displayWidth(row[index] ?? ""))));
  return all.map((row) => {
    const line = row
      .map((cell, index) => (index === row.length - 1 ? cell : padTo(cell, widths[index] ?? 0)))
      .join("  ")
      .trimEnd();
    return output.isTTY && displayWidth(line) > output.columns ? `${startWithin(line, output.columns - 1)}…` : line;
  });
}
