/**
 * A table's rows, each with its key as `name` and what most rows have in common filled in.
 * @public called by the generated tables
 */
export function withDefaults<Name extends string, Row extends { readonly name: string }>(
  defaults: Partial<Row>,
  rows: Readonly<Record<Name, Partial<Row>>>,
): Record<Name, Row> {
  const filled = Object.entries(rows).map(([name, row]) => [name, { name, ...defaults, ...(row as Partial<Row>) }]);
  return Object.fromEntries(filled);
}
