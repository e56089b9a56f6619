/** The middle value. */
export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Prints rows as an aligned table; the first row is the heading. */
export function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows) console.log(row.map((cell, column) => pad(String(cell), widths[column], column)).join("  "));
}

function pad(text, width, column) {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}

/** Prints a figure beside its target, and makes the process fail where it misses it. */
export function judge(what, value, { atLeast, atMost, digits = 2 }) {
  const ok = atLeast === undefined ? value <= atMost : value >= atLeast;
  const target = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  console.log(`${ok ? "ok    " : "MISSED"} ${what}: ${value.toFixed(digits)} (${target})`);
  if (!ok) process.exitCode = 1;
}
