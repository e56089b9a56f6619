/** The calls of a console that print more than their arguments, as lines of text. */
export function otherConsoleCalls(print: (...values: unknown[]) => void): Record<string, (...values: never[]) => void> {
  const started = new Map<string, number>();
  const counts = new Map<string, number>();
  return {
    table: (data: unknown) => print(tableOf(data)),
    dir: (value: unknown) => print(value),
    group: (...label: unknown[]) => print(...label),
    groupEnd: () => {},
    assert: (condition: unknown, ...values: unknown[]) => condition || print("Assertion failed:", ...values),
    count: (label = "default") => {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      print(`${label}: ${counts.get(label)}`);
    },
    time: (label = "default") => void started.set(label, performance.now()),
    timeEnd: (label = "default") => print(`${label}: ${(performance.now() - (started.get(label) ?? 0)).toFixed(1)} ms`),
    trace: (...values: unknown[]) => print(...values),
  };
}

/** Rows of an array or an object, with a column for each key. */
function tableOf(data: unknown): unknown {
  if (data === null || typeof data !== "object") return data;
  const rows = Object.entries(data).map(([index, row]) => ({
    index,
    ...(row !== null && typeof row === "object" ? row : { value: row }),
  })) as Readonly<Record<string, unknown>>[];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? "")))];
  const widths = columns.map((_, place) => Math.max(...cells.map((line) => line[place]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, place) => cell.padEnd(widths[place] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
