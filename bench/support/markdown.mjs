/** A Markdown table; the first row is the heading. Numbers stand at the right. */
export function markdownTable([heading, ...rows]) {
  const isNumber = (column) =>
    rows.every((row) => /^[\d.]*$/.test(String(row[column]))) && rows.some((row) => row[column] !== "");
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heading), line(heading.map((_, column) => (isNumber(column) ? "--:" : "---"))), ...rows.map(line)].join(
    "\n",
  );
}
