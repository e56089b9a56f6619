// What a measurement says: on the terminal, and to the process that runs it with others.

/** Whether fewer rounds are wanted: figures that show that a measurement works, and little else. */
export const isQuick = process.argv.includes("--quick");

/** What was given besides `--quick`. */
export const given = process.argv.slice(2).filter((argument) => argument !== "--quick");

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

/**
 * Prints subjects beside their baseline: medians, spread and ratios.
 * @param {object} table
 * @param {string} table.title what is measured
 * @param {string} table.unit of a value
 * @param {"less" | "more"} table.better
 * @param {string} table.baseline the subject that the others are compared with
 * @param {readonly { name: string, values?: readonly number[], problem?: string }[]} table.subjects what each measured, round
 * by round, or why it could not be measured
 * @returns {(name: string, of?: string) => number} the median of the rounds' ratios; NaN where one was not measured
 */
export function publish({ subjects, ...table }) {
  const values = new Map(subjects.map((subject) => [subject.name, subject.values]));
  const ratio = (name, of = table.baseline) => ratioOf(values.get(name), values.get(of));
  const rows = subjects.map(({ name, values: measured, problem }) =>
    measured ? { name, ...summaryOf(measured), ratio: ratio(name) } : { name, problem },
  );
  printTable([
    [`${table.title}, ${table.unit}`, "median", "from", "to", `of ${table.baseline}`],
    ...rows.map(({ name, problem, ...row }) => (problem ? [name, "not run", "", "", ""] : [name, ...figuresOf(row)])),
  ]);
  for (const { name, problem } of rows) if (problem) console.log(`${name} was not run: ${problem}`);
  process.send?.({ table: { ...table, rows } });
  return ratio;
}

function summaryOf(values) {
  return { median: median(values), from: Math.min(...values), to: Math.max(...values) };
}

/** By rounds, so that what disturbed a whole round is not seen. */
function ratioOf(values, base) {
  if (!values || !base) return Number.NaN;
  if (values.length !== base.length) return median(values) / median(base);
  return median(values.map((value, round) => value / base[round]));
}

/** A row's figures as texts, with as many digits as they are worth. */
export function figuresOf({ median: middle, from, to, ratio }) {
  return [...[middle, from, to].map(short), Number.isNaN(ratio) ? "" : ratio.toFixed(2)];
}

function short(value) {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/**
 * Prints a figure beside its target, and makes the process fail where it misses it.
 * @param {string} what
 * @param {number} value NaN where it could not be measured
 * @param {{ atLeast?: number, atMost?: number, digits?: number, reason?: string }} target `reason`: why it is known to be
 * missed; then it fails nothing
 */
export function judge(what, value, { atLeast, atMost, digits = 2, reason }) {
  const isMet = atLeast === undefined ? value <= atMost : value >= atLeast;
  const target = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  const isMeasured = !Number.isNaN(value);
  const verdict = !isMeasured ? "not run" : isMet ? "ok" : "MISSED";
  const because = verdict === "MISSED" && reason ? `: ${reason}` : "";
  console.log(`${verdict.padEnd(7)} ${what}: ${isMeasured ? value.toFixed(digits) : "?"} (${target})${because}`);
  process.send?.({
    judged: { what, value: isMeasured ? Number(value.toFixed(digits)) : null, target, verdict, reason },
  });
  if (verdict === "MISSED" && !reason && !isQuick) process.exitCode = 1;
}
