import { InputError } from "../errors/index.js";

/**
 * The table's row of that name; names that come from outside must not find `constructor`.
 * @param kind what the error calls the rows
 * @throws InputError where the table has no such row
 */
export function rowNamed<Row>(kind: string, table: Readonly<Record<string, Row>>, name: string): Row {
  if (Object.hasOwn(table, name)) return table[name] as Row;
  throw new InputError(
    `There is no ${kind} "${String(name).slice(0, 80)}".`,
    `Use one of ${Object.keys(table).join(", ")}.`,
  );
}
